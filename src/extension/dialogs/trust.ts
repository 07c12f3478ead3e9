import * as vscode from "vscode";

/** Whether the workspace is trusted; where it is not, says why it has to be and leads to where that is decided. */
export async function isTrusted(reason: string): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t("Manage Workspace Trust");
  if ((await vscode.window.showWarningMessage(reason, manage)) === manage) {
    await vscode.commands.executeCommand("workbench.trust.manage");
  }
  return false;
}
