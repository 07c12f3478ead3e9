import * as vscode from "vscode";
import { unapproved } from "../../features/gate/model/commands.ts";
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { CallSurroundings, Store } from "../store/client.ts";

/**
 * Whether a project's commands may run. Asks the user to approve new ones, and asks again if they changed while they were shown.
 */
export async function approveCommands(store: Store, surroundings: CallSurroundings, question: string): Promise<boolean> {
  const { t } = vscode.l10n;
  const { commands } = await store.call("gate commands", {}, { surroundings });
  const shown = unapproved(commands).map(({ pass, command, runs }) => ({ pass, command, runs }));
  if (shown.length === 0) return true;
  const approve = t("Approve and Run");
  const detail = shown.map(({ command, runs }) => [command.join(" "), ...(runs === null ? [] : [runs])].join("\n")).join("\n\n");
  if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, approve)) !== approve) return false;
  try {
    await store.call("gate approve", { shown }, { surroundings });
    return true;
  } catch (error) {
    if (toErrorView(error).code !== "changed_meanwhile") throw error;
    return approveCommands(store, surroundings, t("The project's commands changed while they were shown. Let these run?"));
  }
}
