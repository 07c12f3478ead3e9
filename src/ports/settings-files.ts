/** File at the top of a checkout that names its team; committed, for it holds nothing secret. */
export const projectFile = ".reward-ledger.json";

/** The same by an older tool. */
export const olderProjectFile = ".gstack-sync.json";

/** File below the home with the user's own settings. */
export const settingsFile = "settings.json";
