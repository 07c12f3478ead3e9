/** Format of `summary.json` that this version writes and reads. */
export const summaryVersion = 3;

/** File name below the home. */
export const summaryFile = "summary.json";

/**
 * Maximum numbers in the summary: standings over all projects and per project (those with the latest runs), top rules, and latest
 * runs checked for a time ahead of their recording.
 */
export const summaryLimits = { agents: 50, projects: 200, rules: 3, ahead: 20 } as const;
