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

/** Whether files of the project may be written; where not, says why. */
export async function mayWriteProject(folder: string | null, sample: Pick<SampleMode, "home">): Promise<boolean> {
  const { t } = vscode.l10n;
  if (folder === null) {
    void vscode.window.showInformationMessage(t("Open a project folder first."));
    return false;
  }
  if (sample.home() !== undefined) {
    // What is written there would come from reviews that nobody made.
    void vscode.window.showWarningMessage(t("Leave the sample data first: it says nothing of this project."));
    return false;
  }
  return isTrusted(t("Files of a workspace are changed only when you trust it."));
}
