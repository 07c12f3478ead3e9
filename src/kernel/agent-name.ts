/** Whose run it is when nobody says so. */
export const defaultAgent = "claude-code";
