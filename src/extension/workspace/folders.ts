import * as vscode from "vscode";

/** Paths of the workspace folders on this machine's disk. */
export const diskFolders = (): readonly string[] =>
  (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath);

/** The workspace folder of a file, else the first folder; undefined without a workspace on disk. */
export function folderOf(uri?: vscode.Uri): string | undefined {
  const folder = uri === undefined ? undefined : vscode.workspace.getWorkspaceFolder(uri);
  return folder?.uri.scheme === "file" ? folder.uri.fsPath : diskFolders()[0];
}
