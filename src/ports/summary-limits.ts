/** Format of `summary.json` that this version writes and reads. */
export const summaryVersion = 3;

/** File name below the home. */
export const summaryFile = "summary.json";

/** At most so many agents, and so many agents in one project, those with the newest runs. */
export const summaryLimits = { agents: 50, projects: 200, rules: 3, ahead: 20 } as const;
