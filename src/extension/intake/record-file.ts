import type { EvalTakeView } from "../../features/evals/operations/views.ts";
import type { IntakeCheckView } from "../../features/intake/operations/intake-check.ts";
import type { ImportView } from "../../features/reviews/operations/views.ts";
import { type ErrorCode, toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import type { Refusal } from "./processed-files.ts";

/** What taking a file in came to: recorded or known before, none of our files, one for the user to record, or refused. */
export type Outcome = "taken" | "other" | "by hand" | Refusal;

/** The outcome of each file that something is known of; one that is left out is to be tried again. */
export type Taken = ReadonlyMap<string, Outcome>;

/** What is wrong with a file, if anything is. */
export const refusalIn = (outcome: Outcome): Refusal | null => (typeof outcome === "string" ? null : outcome);

/** How files are recorded; both are operations of the store. */
export type Recorder = Readonly<{
  /** Records one report with the branch and commit that are checked out. */
  update(path: string): Promise<unknown>;
  /** Records many at once. */
  importAll(paths: readonly string[]): Promise<ImportView>;
}>;

/**
 * Takes in those of some files that may be recorded without being asked for.
 * @param check says which may not
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

/** Up to so many files are recorded one by one: they were just written, so what is checked out belongs to them. */
const oneByOne = 4;

/** Errors that lie in the file. Any other lies in the store and says nothing of the file, which is tried again later. */
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
 * Takes files in. @throws the store's own errors; then nothing is known of the files
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
      // A refusal names the file, or an entry in it: `a.json [3]`.
      const refused = rejected.find(({ file }) => file === path || file.startsWith(`${path} `));
      return [path, refused === undefined ? "taken" : { message: refused.error, hint: refused.hint, code: refused.code }];
    }),
  );
}

/** A file that is larger than what is read stays so; what else kept it from being read may pass. */
const lasting: ErrorCode = "file_too_large";

/**
 * Takes eval results in; what is no eval result is passed over, and what cannot be read is left for another time.
 * @throws the store's own errors; then nothing is known of the files
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

/** Errors that say that a file is nothing to record: in no known format, or of no code that is new. */
const nothingToRecord: ReadonlySet<string> = new Set<ErrorCode>(["unknown_format", "not_found"]);

/**
 * Takes outputs of tools in, those that came together as one review; where one of them cannot be, each by itself.
 * @throws the store's own errors; then nothing is known of the files
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
