import type { EvalTakeView } from "../../features/evals/operations/views.ts";
import type { IntakeCheckView } from "../../features/intake/operations/intake-check.ts";
import type { ImportView } from "../../features/intake/operations/views.ts";
import { type ErrorCode, toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import type { Refusal } from "./processed-files.ts";

/** The outcome for a file: recorded or already known, not a file of ours, to be recorded by the user only, or refused. */
export type Outcome = "taken" | "other" | "by hand" | Refusal;

/** The outcome of each processed file; files that are left out must be retried. */
export type Outcomes = ReadonlyMap<string, Outcome>;

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
export async function recordAllowed(
  paths: readonly string[],
  check: (paths: readonly string[]) => Promise<IntakeCheckView>,
  record: (paths: readonly string[]) => Promise<Outcomes>,
  log: Pick<Logger, "info">,
): Promise<Outcomes> {
  const { refused } = await check(paths);
  const refusedPaths = new Set(refused.map(({ file }) => file));
  for (const { message, hint } of refused) log.info(`${message}. ${hint}`);
  const allowed = paths.filter((path) => !refusedPaths.has(path));
  const outcomes: Outcomes = allowed.length === 0 ? new Map() : await record(allowed);
  return new Map<string, Outcome>([...outcomes, ...[...refusedPaths].map((path) => [path, "by hand"] as const)]);
}

/** Maximum number of just written files that are recorded individually, with the current branch and commit. */
const maxIndividual = 4;

/** Errors caused by the file. All others are caused by the store, so the file is retried later. */
const fileErrors: ReadonlySet<string> = new Set<ErrorCode>([
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
export async function recordReports(paths: readonly string[], live: boolean, recorder: Recorder): Promise<Outcomes> {
  if (live && paths.length <= maxIndividual) {
    const outcomes = new Map<string, Outcome>();
    for (const path of paths) outcomes.set(path, await recordOne(path, recorder));
    return outcomes;
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
const permanentError: ErrorCode = "file_too_large";

/**
 * Records eval results. Files that are not eval results get the outcome `other`; unreadable files are left out, to be retried.
 * @throws the store's own errors; the outcome of the files is then unknown
 */
export async function recordEvals(
  paths: readonly string[],
  record: (files: readonly string[]) => Promise<EvalTakeView>,
): Promise<Outcomes> {
  const { rejected, unread, others } = await record(paths);
  const outcomes = new Map<string, Outcome>(paths.map((path) => [path, "taken"]));
  for (const file of others) outcomes.set(file, "other");
  for (const { file } of unread) outcomes.delete(file);
  const refused = [...rejected, ...unread.filter(({ code }) => code === permanentError)];
  for (const { file, error, hint, code } of refused) outcomes.set(file, { message: error, hint, code });
  return outcomes;
}

async function recordOne(path: string, recorder: Recorder): Promise<Outcome> {
  try {
    await recorder.update(path);
    return "taken";
  } catch (error) {
    const view = toErrorView(error);
    if (!fileErrors.has(view.code)) throw error;
    return view;
  }
}

/** Errors that mean a file has nothing to record: its format is unknown, or it concerns no new code. */
const nothingToRecord: ReadonlySet<string> = new Set<ErrorCode>(["unknown_format", "not_found"]);

/**
 * Records outputs of tools. Files that arrive together become one review; if one of them fails, each is recorded separately.
 * @throws the store's own errors; the outcome of the files is then unknown
 */
export async function recordOutputs(
  paths: readonly string[],
  record: (files: readonly string[]) => Promise<void>,
  log: Pick<Logger, "info">,
): Promise<Outcomes> {
  try {
    await record(paths);
    return new Map(paths.map((path) => [path, "taken"]));
  } catch (error) {
    const view = toErrorView(error);
    const isSkipped = nothingToRecord.has(view.code);
    if (!isSkipped && !fileErrors.has(view.code)) throw error;
    if (paths.length > 1) {
      const outcomes = new Map<string, Outcome>();
      for (const path of paths) for (const one of await recordOutputs([path], record, log)) outcomes.set(...one);
      return outcomes;
    }
    if (isSkipped) log.info(`Skipped ${paths.join(", ")}: ${view.message}`);
    return new Map(paths.map((path) => [path, isSkipped ? "other" : view]));
  }
}
