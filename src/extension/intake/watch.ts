import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import * as vscode from "vscode";
import { classFileFolder } from "../../features/evals/model/file-names.ts";
import { unreadableFile } from "../../kernel/errors.ts";
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import { createFileDebouncer } from "./debounce-files.ts";
import type { Refusal, SeenFiles } from "./processed-files.ts";
import { type Outcomes, refusalIn } from "./record-file.ts";
import { refusalDiagnostic } from "./refusals.ts";

export type IntakeOptions = Readonly<{
  /** Name of the diagnostic collection for warnings. */
  name: string;
  patterns: readonly vscode.GlobPattern[];
  /** The folder that a file belongs to; undefined for a file that must not be recorded. */
  folderOf(uri: vscode.Uri): string | undefined;
  /** Records files of one folder. @param live whether they were just written, rather than found by a scan */
  take(folder: string, paths: readonly string[], live: boolean): Promise<Outcomes>;
  seen: SeenFiles;
  log: Logger;
}>;

/**
 * Which files a scan records: all at once, or those of a folder with a file for each class of a run only when no build writes
 * them any more.
 */
export type ScanTime = "now" | "settled";

export type ScanCounts = Readonly<{ found: number; fresh: number; byHand: number }>;

/** The automatic intake of one kind of files. */
export type FileIntake = Readonly<{
  /**
   * Finds files that were created or changed while nothing watched. @returns the number of files, of those not processed in their
   * current version, and of those among them that are recorded by hand only
   */
  scan(time: ScanTime): Promise<ScanCounts>;
  dispose(): void;
}>;

/** The automatic intake of all kinds of files. `batch`: id stored with its recordings. */
export type Intake = Readonly<{ scan(time: ScanTime): Promise<ScanCounts & Readonly<{ batch: string }>>; dispose(): void }>;

/** Time in ms without a change after which a file counts as fully written. */
const quietFor = 150;
/** The same for the files of a folder that hold one class each: a build writes each of them when the class has ended. */
const classesQuietFor = 15_000;
/** Retries when the store cannot record files (locked, disk full): delay in ms and, below, number of attempts. */
const retryDelayMs = 10_000;
const maxRetries = 6;
const maxFiles = 20_000;
const excludeGlob = "**/{node_modules,.git}/**";

/**
 * Watches for files and records each of them once. A file that cannot be recorded gets its own warning, which disappears when the
 * file is repaired or deleted.
 */
export function watchFiles({ name, patterns, folderOf, take: record, seen, log }: IntakeOptions): FileIntake {
  const warnings = vscode.languages.createDiagnosticCollection(name);
  const isWatched = (uri: vscode.Uri): boolean => isOwn(uri) && folderOf(uri) !== undefined;
  const state: { disposed: boolean; byHand: number } = { disposed: false, byHand: 0 };
  /** Batches are processed sequentially, so that a file is never recorded twice concurrently. */
  const queue: { tail: Promise<void> } = { tail: Promise.resolve() };
  const timers = new Set<NodeJS.Timeout>();

  const warn = (path: string, refusal: Refusal | null): void => {
    // A batch may finish after disposal; then there is nowhere to show its warnings.
    if (state.disposed) return;
    const uri = vscode.Uri.file(path);
    if (refusal === null) warnings.delete(uri);
    else warnings.set(uri, [refusalDiagnostic(refusal)]);
  };
  const processFiles = async (files: ReadonlyMap<string, string>, live: boolean): Promise<void> => {
    for (const [folder, paths] of byFolder([...files.keys()], folderOf)) {
      const outcomes = await record(folder, paths, live);
      for (const [path, outcome] of outcomes) {
        if (outcome === "taken") log.info(`Took in ${path}`);
        else if (outcome === "by hand") state.byHand += 1;
        else if (outcome === "other") log.debug(`Passed over ${path}`);
        else log.warn(`Did not take in ${path}: ${outcome.message}`);
        warn(path, refusalIn(outcome));
      }
      const entries = [...outcomes].map(
        ([path, outcome]) => [path, { stamp: files.get(path) ?? "", refusal: refusalIn(outcome) }] as const,
      );
      await seen.mark(new Map(entries));
      const unprocessed = paths.filter((path) => !outcomes.has(path));
      // A file that has been deleted since needs no retry.
      const unread = (
        await Promise.all(unprocessed.map(async (path) => ((await stampOf(path)) === undefined ? [] : [path])))
      ).flat();
      if (unread.length > 0) throw unreadableFile(unread.join(", "), "something else may hold it");
    }
  };
  const enqueue = (files: ReadonlyMap<string, string>, live: boolean, retries: number): Promise<void> => {
    const retryLater = (error: unknown): void => {
      log.warn(`Could not take in ${files.size} files: ${toErrorView(error).message}${retries > 0 ? "; trying again" : ""}`);
      if (retries === 0 || state.disposed) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        void enqueue(files, live, retries - 1);
      }, retryDelayMs);
      timers.add(timer);
    };
    queue.tail = queue.tail
      .then(() => {
        const fresh = new Map([...files].filter(([path, stamp]) => !seen.has(path, stamp)));
        return state.disposed || fresh.size === 0 ? undefined : processFiles(fresh, live);
      })
      .catch(retryLater);
    return queue.tail;
  };

  const settled = (files: ReadonlyMap<string, string>): void => void enqueue(files, true, maxRetries);
  const single = createFileDebouncer({ stampOf, quietFor, settled });
  const classes = createFileDebouncer({ stampOf, quietFor: classesQuietFor, groupOf: dirname, settled });
  const debouncerOf = (path: string) => (classFileFolder(path) === undefined ? single : classes);
  const watchers = patterns.map((pattern) => {
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const onTouched = (uri: vscode.Uri): void => {
      if (isWatched(uri)) debouncerOf(uri.fsPath).touch(uri.fsPath);
    };
    watcher.onDidCreate(onTouched);
    watcher.onDidChange(onTouched);
    watcher.onDidDelete((uri) => {
      debouncerOf(uri.fsPath).forget(uri.fsPath);
      warnings.delete(uri);
    });
    return watcher;
  });

  return {
    scan: async (time) => {
      const found = await Promise.all(patterns.map((pattern) => vscode.workspace.findFiles(pattern, excludeGlob, maxFiles)));
      const paths = new Set(
        found
          .flat()
          .filter(isWatched)
          .map(({ fsPath }) => fsPath),
      );
      await seen.keepOnly(paths);
      const stamps = await Promise.all([...paths].sort().map(async (path) => ({ path, stamp: await stampOf(path) })));
      const fresh = new Map<string, string>();
      const unsettled: string[] = [];
      for (const { path, stamp } of stamps) {
        if (stamp === undefined) continue;
        if (seen.has(path, stamp)) warn(path, seen.refusal(path));
        else if (time === "settled" && classFileFolder(path) !== undefined) unsettled.push(path);
        else fresh.set(path, stamp);
      }
      for (const path of unsettled) if (!classes.isPending(path)) classes.touch(path);
      const before = state.byHand;
      await enqueue(fresh, false, maxRetries);
      return { found: stamps.length, fresh: fresh.size + unsettled.length, byHand: state.byHand - before };
    },
    dispose: () => {
      state.disposed = true;
      single.dispose();
      classes.dispose();
      for (const timer of timers) clearTimeout(timer);
      for (const watcher of watchers) watcher.dispose();
      warnings.dispose();
    },
  };
}

/** Whether a file is the user's own: on disk, and not in `node_modules` or `.git`. */
function isOwn(uri: vscode.Uri): boolean {
  if (uri.scheme !== "file") return false;
  const parts = vscode.workspace.asRelativePath(uri, false).split("/");
  return !parts.includes("node_modules") && !parts.includes(".git");
}

function byFolder(paths: readonly string[], folderOf: IntakeOptions["folderOf"]): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const folder = folderOf(vscode.Uri.file(path));
    if (folder !== undefined) folders.set(folder, [...(folders.get(folder) ?? []), path]);
  }
  return folders;
}

/** Identifies a version of a file: modification time and size; undefined if it is not a file. */
async function stampOf(path: string): Promise<string | undefined> {
  // A file that is missing or inaccessible is not recorded; a later event reports it again.
  const stats = await stat(path).catch(() => undefined);
  return stats?.isFile() ? `${stats.mtimeMs}:${stats.size}` : undefined;
}
