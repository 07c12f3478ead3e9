/** File at the top of a checkout that names its team; meant to be committed, as it holds no secret. */
export const projectFile = ".reward-ledger.json";

/** The same file of an older tool. */
export const olderProjectFile = ".gstack-sync.json";

/** File below the home with the user's own settings. */
export const settingsFile = "settings.json";
