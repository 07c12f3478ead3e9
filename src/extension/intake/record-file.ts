import type { EvalTakeView } from "../../features/evals/operations/views.ts";
import type { IntakeCheckView } from "../../features/intake/operations/intake-check.ts";
import type { ImportView } from "../../features/reviews/operations/views.ts";
import { type ErrorCode, toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import type { Refusal } from "./processed-files.ts";

/** The outcome for a file: recorded or already known, not a file of ours, to be recorded by the user only, or refused. */
export type Outcome = "taken" | "other" | "by hand" | Refusal;

/** The outcome of each processed file; files that are left out must be retried. */
export type Taken = ReadonlyMap<string, Outcome>;

/** The reason why a file was refused; null if it was not. */
export const refusalIn = (outcome: Outcome): Refusal | null => (typeof outcome === "string" ? null : outcome);

/** The store operations that record files. */
export type Recorder = Readonly<{
  /** Records one report with the current branch and commit. */
  update(path: string): Promise<unknown>;
  /** Records many reports in one call. */
  importAll(paths: readonly string[]): Promise<ImportView>;
}>;

/**
 * Records the files that may be recorded automatically.
 * @param check returns those that may not
 */
export async function takeChecked(
  paths: readonly string[],
  check: (paths: readonly string[]) => Promise<IntakeCheckView>,
  take: (paths: readonly string[]) => Promise<Taken>,
  log: Pick<Logger, "info">,
): Promise<Taken> {
  const { refused } = await check(paths);
  const left = new Set(refused.map(({ file }) => file));
  for (const { message, hint } of refused) log.info(`${message}. ${hint}`);
  const rest = paths.filter((path) => !left.has(path));
  const taken: Taken = rest.length === 0 ? new Map() : await take(rest);
  return new Map<string, Outcome>([...taken, ...[...left].map((path) => [path, "by hand"] as const)]);
}

/** Maximum number of just written files that are recorded individually, with the current branch and commit. */
const oneByOne = 4;

/** Errors caused by the file. All others are caused by the store, so the file is retried later. */
const ofTheFile: ReadonlySet<string> = new Set<ErrorCode>([
  "invalid_report",
  "invalid_json",
  "invalid_input",
  "unreadable_file",
  "file_too_large",
  "conflict",
  "not_found",
  "usage",
]);

/**
 * Records files. @throws the store's own errors; the outcome of the files is then unknown
 * @param live whether the files were written just now, rather than found
 */
export async function takeFiles(paths: readonly string[], live: boolean, recorder: Recorder): Promise<Taken> {
  if (live && paths.length <= oneByOne) {
    const taken = new Map<string, Outcome>();
    for (const path of paths) taken.set(path, await takeOne(path, recorder));
    return taken;
  }
  const { rejected } = await recorder.importAll(paths);
  return new Map(
    paths.map((path) => {
      // A rejection names the file, or an entry in it: `a.json [3]`.
      const refused = rejected.find(({ file }) => file === path || file.startsWith(`${path} `));
      return [path, refused === undefined ? "taken" : { message: refused.error, hint: refused.hint, code: refused.code }];
    }),
  );
}

/** The only permanent read error: a file that exceeds the size limit. Other read errors may be temporary. */
const lasting: ErrorCode = "file_too_large";

/**
 * Records eval results. Files that are not eval results get the outcome `other`; unreadable files are left out, to be retried.
 * @throws the store's own errors; the outcome of the files is then unknown
 */
export async function takeEvals(
  paths: readonly string[],
  record: (files: readonly string[]) => Promise<EvalTakeView>,
): Promise<Taken> {
  const { rejected, unread, others } = await record(paths);
  const outcomes = new Map<string, Outcome>(paths.map((path) => [path, "taken"]));
  for (const file of others) outcomes.set(file, "other");
  for (const { file } of unread) outcomes.delete(file);
  const refused = [...rejected, ...unread.filter(({ code }) => code === lasting)];
  for (const { file, error, hint, code } of refused) outcomes.set(file, { message: error, hint, code });
  return outcomes;
}

async function takeOne(path: string, recorder: Recorder): Promise<Outcome> {
  try {
    await recorder.update(path);
    return "taken";
  } catch (error) {
    const view = toErrorView(error);
    if (!ofTheFile.has(view.code)) throw error;
    return view;
  }
}

/** Errors that mean a file has nothing to record: its format is unknown, or it concerns no new code. */
const nothingToRecord: ReadonlySet<string> = new Set<ErrorCode>(["unknown_format", "not_found"]);

/**
 * Records outputs of tools. Files that arrive together become one review; if one of them fails, each is recorded separately.
 * @throws the store's own errors; the outcome of the files is then unknown
 */
export async function takeOutputs(
  paths: readonly string[],
  record: (files: readonly string[]) => Promise<void>,
  log: Pick<Logger, "info">,
): Promise<Taken> {
  try {
    await record(paths);
    return new Map(paths.map((path) => [path, "taken"]));
  } catch (error) {
    const view = toErrorView(error);
    const isNothing = nothingToRecord.has(view.code);
    if (!isNothing && !ofTheFile.has(view.code)) throw error;
    if (paths.length > 1) {
      const taken = new Map<string, Outcome>();
      for (const path of paths) for (const one of await takeOutputs([path], record, log)) taken.set(...one);
      return taken;
    }
    if (isNothing) log.info(`Skipped ${paths.join(", ")}: ${view.message}`);
    return new Map(paths.map((path) => [path, isNothing ? "other" : view]));
  }
}
