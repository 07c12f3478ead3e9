import { delimiter } from "node:path";
import * as vscode from "vscode";

/** Minimum major version of Node.js that the command line needs. */
const minNodeMajor = 22;

/**
 * Adds the bundled command line to the PATH of integrated terminals, or removes it.
 * @param folder folder of the launchers
 * @param home the ledger that the setting names; empty: the command line locates it itself
 */
export function setTerminalPath(
  environment: vscode.GlobalEnvironmentVariableCollection,
  folder: string,
  home: string,
  enabled: boolean,
): void {
  environment.clear();
  if (!enabled) return;
  environment.description = vscode.l10n.t("Makes the command `reward-ledger` available.");
  // Appended, so that the user's own installation of the command line takes precedence.
  environment.append("PATH", `${delimiter}${folder}`);
  if (home !== "") environment.replace("REWARD_LEDGER_HOME", home);
  // An older VS Code runtime cannot run the command line; the launcher then uses the `node` on PATH.
  if (Number(process.versions.node.split(".")[0]) >= minNodeMajor) environment.replace("REWARD_LEDGER_NODE", process.execPath);
}
