import * as vscode from "vscode";
import { diskFolders, folderOf } from "../workspace/folders.ts";
import { pick } from "./pick.ts";

/**
 * The only workspace folder, else that of the active editor, else the one that the user picks; undefined: none, or backed out.
 */
export async function chooseFolder(question: string): Promise<string | undefined> {
  const folders = diskFolders();
  if (folders.length === 0) void vscode.window.showInformationMessage(vscode.l10n.t("Open a project folder first."));
  if (folders.length < 2) return folders[0];
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active !== undefined && vscode.workspace.getWorkspaceFolder(active) !== undefined) return folderOf(active);
  return pick(
    question,
    folders.map((path) => ({ label: path, value: path })),
  );
}
