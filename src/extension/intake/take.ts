import { type ErrorCode, toErrorView } from "../../domain/errors.ts";
import type { EvalTakeView } from "../../operations/eval-views.ts";
import type { ImportView } from "../../operations/views.ts";
import type { Refusal } from "./seen.ts";

/** What taking a file in came to: recorded or known before (null), or refused. */
export type Taken = ReadonlyMap<string, Refusal | null>;

/** How files are recorded; both are operations of the store. */
export type Recorder = Readonly<{
  /** Records one report with the branch and commit that are checked out. */
  update(path: string): Promise<unknown>;
  /** Records many at once. */
  importAll(paths: readonly string[]): Promise<ImportView>;
}>;

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
    const taken = new Map<string, Refusal | null>();
    for (const path of paths) taken.set(path, await takeOne(path, recorder));
    return taken;
  }
  const { rejected } = await recorder.importAll(paths);
  return new Map(
    paths.map((path) => {
      // A refusal names the file, or an entry in it: `a.json [3]`.
      const refused = rejected.find(({ file }) => file === path || file.startsWith(`${path} `));
      return [path, refused === undefined ? null : { message: refused.error, hint: refused.hint, code: refused.code }];
    }),
  );
}

/** Takes eval results in; what is no eval result is passed over. @throws the store's own errors; then nothing is known of the files */
export async function takeEvals(
  paths: readonly string[],
  record: (files: readonly string[]) => Promise<EvalTakeView>,
): Promise<Taken> {
  const { rejected } = await record(paths);
  return new Map(
    paths.map((path) => {
      const refused = rejected.find(({ file }) => file === path);
      return [path, refused === undefined ? null : { message: refused.error, hint: refused.hint, code: refused.code }];
    }),
  );
}

async function takeOne(path: string, recorder: Recorder): Promise<Refusal | null> {
  try {
    await recorder.update(path);
    return null;
  } catch (error) {
    const view = toErrorView(error);
    if (!ofTheFile.has(view.code)) throw error;
    return view;
  }
}
