import * as vscode from "vscode";
import type { SampleMode } from "../sample/mode.ts";

/** Whether the workspace is trusted; if not, shows the reason why it must be and offers to manage workspace trust. */
export async function isTrusted(reason: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t("Manage Workspace Trust");
  if ((await vscode.window.showWarningMessage(reason, manage)) === manage) {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
  return false;
}

/** Whether the window shows the user's own ledger and not the sample; if not, shows the reason why it must. */
export function isOwnLedger(sample: Pick<SampleMode, "home">, reason: string): boolean {
  if (sample.home() === undefined) return true;
  void vscode.window.showWarningMessage(reason);
  return false;
}

/** Whether files of the project may be written; if not, shows why. */
export async function mayWriteProject(sample: Pick<SampleMode, "home">): Promise<boolean> {
  const { t } = vscode.l10n;
  // The files would be based on the sample's made-up reviews.
  if (!isOwnLedger(sample, t("Leave the sample data first: it is not about this project."))) return false;
  return isTrusted(t("Files of a workspace are changed only when you trust it."));
}
