import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import * as vscode from "vscode";
import type { OpenFindingsView } from "../../features/reviews/operations/open-findings.ts";
import type { FindingView, RunView } from "../../features/reviews/operations/views.ts";
import { byFile } from "./by-file.ts";
import { isInside } from "./finding-place.ts";
import { movedLine } from "./moved-line.ts";

/** A finding at its current line, which edits may have moved; `line` counts from 0. */
export type PlacedFinding = Readonly<{ finding: FindingView; line: number }>;

/** A file of the workspace in which the newest run has findings. */
export type OpenFile = Readonly<{
  uri: vscode.Uri;
  run: RunView;
  findings: readonly PlacedFinding[];
  /** Whether the file is on disk. */
  exists: boolean;
}>;

/** Number of files processed before yielding to the event loop. */
const batchSize = 100;

/** The files with findings inside a folder. Files outside it are left out. */
async function loadFiles(folder: string, { run, top, findings }: OpenFindingsView): Promise<readonly OpenFile[]> {
  if (run === null) return [];
  const paths = [...byFile(findings)].flatMap(([file, same]) => {
    const path = resolve(top, file);
    return isInside(folder, path) ? [{ path, same }] : [];
  });
  const files: OpenFile[] = [];
  for (let from = 0; from < paths.length; from += batchSize) {
    const batch = paths.slice(from, from + batchSize).map(async ({ path, same }): Promise<OpenFile> => {
      // A file that cannot be read with `stat` counts as missing, as there is nowhere to show its findings.
      const stats = await stat(path).catch(() => undefined);
      const placed = same.map((finding) => ({ finding, line: finding.line - 1 }));
      return { uri: vscode.Uri.file(path), run, findings: placed, exists: stats?.isFile() === true };
    });
    files.push(...(await Promise.all(batch)));
    await nextTurn();
  }
  return files;
}

/** The files with findings, by folder. Notifies listeners of each file that must be redrawn. */
export type OpenFiles = Readonly<{
  /** Fires with the changed files, at most 100 at a time. */
  onChange: vscode.Event<readonly OpenFile[]>;
  get(uri: vscode.Uri): OpenFile | undefined;
  /**
   * Replaces a folder's findings with those of its newest run. If the run is the same, the lines moved by edits are kept.
   * @returns the number of findings that are newly shown
   */
  show(folder: string, view: OpenFindingsView): Promise<number>;
  /** Removes all folders but these. */
  keep(folders: readonly string[]): void;
  dispose(): void;
}>;

type FolderState = Readonly<{ factId: string | undefined; keys: readonly string[]; watcher: vscode.FileSystemWatcher }>;

export function createOpenFiles(): OpenFiles {
  const changeEmitter = new vscode.EventEmitter<readonly OpenFile[]>();
  const files = new Map<string, OpenFile>();
  const folders = new Map<string, FolderState>();
  const get = (uri: vscode.Uri): OpenFile | undefined => files.get(uri.toString());

  const fireChanged = (changedFiles: readonly OpenFile[]): void => {
    for (let from = 0; from < changedFiles.length; from += batchSize)
      changeEmitter.fire(changedFiles.slice(from, from + batchSize));
  };
  const put = (changedFiles: readonly OpenFile[]): void => {
    for (const file of changedFiles) files.set(file.uri.toString(), file);
    fireChanged(changedFiles);
  };
  const remove = (keys: readonly string[]): void => {
    fireChanged(
      keys.flatMap((key) => {
        const file = files.get(key);
        return file !== undefined && files.delete(key) ? [{ ...file, findings: [] }] : [];
      }),
    );
  };
  const setExists = (changedFiles: readonly OpenFile[], exists: boolean): void =>
    put(changedFiles.filter((file) => file.exists !== exists).map((file) => ({ ...file, exists })));
  const watch = (folder: string): vscode.FileSystemWatcher => {
    const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), "**/*");
    const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, true, false);
    watcher.onDidCreate((uri) => setExists([get(uri) ?? []].flat(), true));
    watcher.onDidDelete(({ fsPath }) =>
      // When a folder is removed, only the folder itself is reported, not its files.
      setExists(
        [...files.values()].filter(({ uri }) => uri.fsPath === fsPath || isInside(fsPath, uri.fsPath)),
        false,
      ),
    );
    return watcher;
  };
  const removeFolder = (folder: string): void => {
    const state = folders.get(folder);
    folders.delete(folder);
    state?.watcher.dispose();
    remove(state?.keys ?? []);
  };
  const edits = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    const file = get(document.uri);
    if (file === undefined || contentChanges.length === 0) return;
    const moveLine = (line: number): number | undefined =>
      contentChanges.reduce((at: number | undefined, edit) => (at === undefined ? undefined : movedLine(at, edit)), line);
    const findings = file.findings.flatMap(({ finding, line: before }) => {
      const line = moveLine(before);
      return line === undefined ? [] : [{ finding, line }];
    });
    put([{ ...file, findings }]);
  });
  return {
    onChange: changeEmitter.event,
    get,
    show: async (folder, view) => {
      const factId = view.run?.fact_id;
      const before = folders.get(folder);
      if (before !== undefined && before.factId === factId) return 0;
      const loaded = await loadFiles(folder, view);
      removeFolder(folder);
      // If folders are nested, the file belongs to the one shown first.
      const own = loaded.filter(({ uri }) => get(uri) === undefined);
      folders.set(folder, { factId, keys: own.map(({ uri }) => uri.toString()), watcher: watch(folder) });
      for (let from = 0; from < own.length; from += batchSize) {
        put(own.slice(from, from + batchSize));
        await nextTurn();
      }
      return own.reduce((sum, { exists, findings }) => sum + (exists ? findings.length : 0), 0);
    },
    keep: (remaining) => {
      for (const folder of folders.keys()) if (!remaining.includes(folder)) removeFolder(folder);
    },
    dispose: () => {
      edits.dispose();
      for (const { watcher } of folders.values()) watcher.dispose();
      changeEmitter.dispose();
    },
  };
}
