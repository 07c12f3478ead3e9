/** The agent of a run that names none. */
export const defaultAgent = "claude-code";
