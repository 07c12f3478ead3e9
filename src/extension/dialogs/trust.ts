import * as vscode from "vscode";
import type { SampleMode } from "../sample/mode.ts";

/** Whether the workspace is trusted; where it is not, says why it has to be and leads to where that is decided. */
export async function isTrusted(reason: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t("Manage Workspace Trust");
  if ((await vscode.window.showWarningMessage(reason, manage)) === manage) {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
  return false;
}

/** Whether the window shows the user's own ledger and no sample; where not, says why it has to. */
export function isOwnLedger(sample: Pick<SampleMode, "home">, reason: string): boolean {
  if (sample.home() === undefined) return true;
  void vscode.window.showWarningMessage(reason);
  return false;
}

/** Whether files of the project may be written; where not, says why. */
export async function mayWriteProject(sample: Pick<SampleMode, "home">): Promise<boolean> {
  const { t } = vscode.l10n;
  // What is written there would come from reviews that nobody made.
  if (!isOwnLedger(sample, t("Leave the sample data first: it is not about this project."))) return false;
  return isTrusted(t("Files of a workspace are changed only when you trust it."));
}
