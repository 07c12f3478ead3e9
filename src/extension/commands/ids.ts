/** Every command of the product, without the prefix `rewardLedger.`. A test compares it with the manifest. */
export const commandNames = [
  "updateFromFile",
  "updateFromClipboard",
  "updateFromEditor",
  "newReport",
  "score",
  "status",
  "agents",
  "history",
  "violations",
  "import",
  "scanWorkspace",
  "export",
  "reset",
  "undoReset",
  "verify",
  "doctor",
  "rebuildIndex",
  "openTrends",
  "selectAgent",
  "refresh",
  "openWalkthrough",
  "openSettings",
  "showOutput",
  "filterRuns",
  "clearRunFilter",
  "loadMoreRuns",
  "openRun",
  "showRun",
  "copyRunId",
  "openFinding",
  "copyRule",
  "showRuleRuns",
  "showAgentRuns",
  "showAgentTrends",
] as const;

export type CommandName = (typeof commandNames)[number];

/** A command's id as VS Code knows it. */
export const commandId = (name: CommandName): string => `rewardLedger.${name}`;
