import { basename, dirname, isAbsolute, relative } from "node:path";
import * as vscode from "vscode";
import { isRunFileName } from "../../features/evals/model/file-names.ts";
import type { EvalTakeView } from "../../features/evals/operations/views.ts";
import type { Logger } from "../../ports/ports.ts";
import type { CallSurroundings, Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { SeenFiles } from "./processed-files.ts";
import { type Recorder, recordAllowed, recordEvals, recordOutputs, recordReports } from "./record-file.ts";
import { type Intake, watchFiles } from "./watch.ts";

export type IntakeLimits = Readonly<{ tracked: boolean; max_age_days: number }>;

export type SourcesOptions = Readonly<{
  store: Pick<Store, "call">;
  surroundingsOf: SurroundingsOf;
  /** Globs of report files, eval files and tool outputs, relative to each workspace folder. */
  globs: Readonly<{ reports: readonly string[]; evals: readonly string[]; tools: readonly string[] }>;
  /** Additional folders of eval files, absolute paths. */
  evalFolders: readonly string[];
  seen: Readonly<{ reports: SeenFiles; evals: SeenFiles; tools: SeenFiles }>;
  /** Whether files that git tracks may be recorded, and the maximum age of a review in days. */
  limits: IntakeLimits;
  /** Id stored with each recording, so that the batch can be undone together. */
  batch: string;
  log: Logger;
}>;

/** Watches for review reports and eval results. */
export function watchSources({ store, surroundingsOf, globs, evalFolders, seen, limits, batch, log }: SourcesOptions): Intake {
  const inWorkspace = (uri: vscode.Uri): string | undefined => vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath;
  const logWarnings = (file: string, warnings: readonly string[]): void => {
    for (const warning of warnings) log.warn(`${file}: ${warning}`);
  };
  const check = (reports: boolean) => (files: readonly string[]) =>
    store.call("intake check", { files: [...files], reports, ...limits });
  const reports = watchFiles({
    name: "reward-ledger.intake",
    patterns: globs.reports,
    folderOf: inWorkspace,
    take: (folder, paths, live) => {
      const surroundings = surroundingsOf(vscode.Uri.file(folder));
      const recorder: Recorder = {
        update: async (path) =>
          logWarnings(path, (await store.call("update", { from: path, intake_batch: batch }, { surroundings })).warnings),
        importAll: async (all) => {
          const view = await store.call("import", { paths: [...all], intake_batch: batch }, { surroundings });
          for (const { file, message } of view.warnings) logWarnings(file, [message]);
          return view;
        },
      };
      return recordAllowed(paths, check(true), (allowed) => recordReports(allowed, live, recorder), log);
    },
    seen: seen.reports,
    log,
  });
  /** Uses the folder itself to determine the project, so that every window records its files under the same project. */
  const evalSurroundings = (folder: string): CallSurroundings => ({ ...surroundingsOf(vscode.Uri.file(folder)), cwd: folder });
  const evals = watchFiles({
    name: "reward-ledger.evals",
    patterns: [
      ...globs.evals,
      ...evalFolders.map((folder) => new vscode.RelativePattern(vscode.Uri.file(folder), "**/*.{json,jsonl,xml,tap,eval}")),
    ],
    folderOf: (uri) => {
      if (uri.path.endsWith(".json") && !isRunFileName(basename(uri.path))) return undefined;
      return inWorkspace(uri) ?? evalFolders.find((folder) => isBelow(uri.fsPath, folder));
    },
    take: (folder, paths) => {
      const record = async (files: readonly string[]): Promise<EvalTakeView> => {
        const view = await store.call(
          "eval take",
          { files: [...files], intake_batch: batch },
          { surroundings: evalSurroundings(folder) },
        );
        for (const { file, message } of view.warnings) logWarnings(file, [message]);
        return view;
      };
      // Folders named in the settings are trusted without a check.
      const ownFolder = evalFolders.includes(folder);
      return ownFolder
        ? recordEvals(paths, record)
        : recordAllowed(paths, check(false), (files) => recordEvals(files, record), log);
    },
    seen: seen.evals,
    log,
  });
  const tools = watchFiles({
    name: "reward-ledger.tools",
    patterns: globs.tools,
    folderOf: inWorkspace,
    take: (folder, paths) => {
      const surroundings = surroundingsOf(vscode.Uri.file(folder));
      const record = async (files: readonly string[]): Promise<void> => {
        const view = await store.call("review", { files: [...files], intake_batch: batch }, { surroundings });
        logWarnings(files.join(", "), view.warnings);
      };
      return recordAllowed(paths, check(false), (files) => recordOutputs(files, record, log), log);
    },
    seen: seen.tools,
    log,
  });
  const intakes = [reports, evals, tools];
  return {
    scan: async (time) => {
      const sum = { found: 0, fresh: 0, byHand: 0 };
      for (const one of intakes) {
        const { found, fresh, byHand } = await one.scan(time);
        sum.found += found;
        sum.fresh += fresh;
        sum.byHand += byHand;
      }
      return { ...sum, batch };
    },
    dispose: () => {
      for (const one of intakes) one.dispose();
    },
  };
}

function isBelow(path: string, folder: string): boolean {
  const relativePath = relative(folder, dirname(path));
  return !relativePath.startsWith("..") && !isAbsolute(relativePath);
}
