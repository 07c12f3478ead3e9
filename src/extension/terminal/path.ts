import { delimiter } from "node:path";
import * as vscode from "vscode";

/** Least major version of Node.js that the command line runs with. */
const neededNode = 22;

/**
 * Puts the bundled command line on the PATH of integrated terminals, or takes it off again.
 * @param folder folder of the launchers
 * @param home the ledger that the setting names; empty: the command line finds it by itself
 */
export function offerCommandLine(
  environment: vscode.GlobalEnvironmentVariableCollection,
  folder: string,
  home: string,
  enabled: boolean,
): void {
  environment.clear();
  if (!enabled) return;
  environment.description = vscode.l10n.t("Makes the command `reward-ledger` available.");
  // At the end, so that a command line of the user's own goes before it.
  environment.append("PATH", `${delimiter}${folder}`);
  if (home !== "") environment.replace("REWARD_LEDGER_HOME", home);
  // An older runtime of VS Code cannot run the command line; the launcher then takes the node on PATH.
  if (Number(process.versions.node.split(".")[0]) >= neededNode) environment.replace("REWARD_LEDGER_NODE", process.execPath);
}
