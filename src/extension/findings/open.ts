import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { notFound } from "../../kernel/errors.ts";
import { candidatePaths, type FolderOfProject } from "./finding-place.ts";

/** A place in the code of a project. */
export type FindingPlace = Readonly<{ file: string; line: number; project: string | null }>;

/**
 * Opens a finding's file at its line, in the workspace folder of the run's project.
 * @throws not_found when no folder of the workspace has the file
 */
export async function openFinding({ file, line, project }: FindingPlace, folders: readonly FolderOfProject[]): Promise<void> {
  const path = await firstFile(candidatePaths(file, project, folders));
  if (path === undefined) {
    throw notFound(
      vscode.l10n.t("{0} in this workspace", file),
      project === null
        ? vscode.l10n.t("Open the folder that was reviewed; the file may also have been moved or removed since.")
        : vscode.l10n.t("Open the folder of {0}; the file may also have been moved or removed since.", project),
    );
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
  const range = document.lineAt(Math.min(line, document.lineCount) - 1).range;
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(range.start, range.start), preview: true });
}

async function firstFile(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    // Each path is only a guess, so an error here means to try the next one.
    const stats = await stat(path).catch(() => undefined);
    if (stats?.isFile()) return path;
  }
  return undefined;
}
