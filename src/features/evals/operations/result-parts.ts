import { invalidEval } from "../../../kernel/errors.ts";
import type { LedgerError } from "../../../kernel/ledger-error.ts";
import type { Ports } from "../../../ports/ports.ts";
import { type Attempt, attemptAsync } from "../../shared/input/input-file.ts";
import {
  isEmptyReport,
  mergeResults,
  type ParsedEval,
  type ParsedPart,
  parseEvalContent,
  parseFound,
} from "../importers/eval-file.ts";
import { groupBy } from "../importers/formats/result-run.ts";
import { classFileFolder } from "../model/file-names.ts";

/**
 * `content` is text, or the bytes of an archive. `found`: the file was found by a search, so it may hold something other than
 * results.
 */
export type FileSource = Readonly<{ file: string; content(): Promise<string | Uint8Array>; found?: boolean }>;

/** The file of a run. `parts`: the files that each hold a part of it; absent when it is the run of one file. */
export type RunFile = Readonly<{ file: string; parts?: readonly string[] }>;
export type ParsedRun = RunFile & Readonly<{ parsed: ParsedEval }>;
export type ReadRun = RunFile & Readonly<{ result: Attempt<ParsedEval> }>;

type FailedFile = Readonly<{ file: string; result: Readonly<{ ok: false; error: LedgerError }> }>;

/** How to read files. `merge`: the files are parts of one run, as the caller states. */
export type ReadOptions = Readonly<{ format?: string | undefined; merge?: boolean | undefined }>;

/**
 * Groups files by the run that they probably hold: the files of a folder that hold one class each, and every other file by
 * itself. Groups are in the order of their first file.
 */
export const groupByRun = <Source extends Readonly<{ file: string }>>(
  sources: readonly Source[],
): readonly (readonly Source[])[] => [...groupBy(sources, (source) => classFileFolder(source.file) ?? source).values()];

/** Parses a file. @returns undefined when it was found and matches no format @throws the errors of `parseEvalContent` */
async function parseSource(ports: Ports, source: FileSource, format: string | undefined): Promise<ParsedEval | undefined> {
  const { file, content, found = false } = source;
  return (found ? parseFound : parseEvalContent)(await content(), file, { root: ports.surroundings.folder, format });
}

const isEmpty = async ({ content }: FileSource, { code }: LedgerError): Promise<boolean> =>
  code === "invalid_eval" && isEmptyReport(await content());

/**
 * Reads files that may be parts of one run. If they contradict each other, each is a run of its own; a file that cannot be read
 * stays separate, so that it is rejected by its name. Files that were found and match no format are left out, and so are reports
 * without any test beside others that have some.
 * @throws with `merge`, invalid_eval when they cannot be parts of one run, and the errors of reading a file: without one of them
 * the run would not be whole
 */
export async function readRuns(
  ports: Ports,
  sources: readonly FileSource[],
  { format, merge = false }: ReadOptions,
): Promise<readonly ReadRun[]> {
  const parts: ParsedPart[] = [];
  const failed: FailedFile[] = [];
  const empty: FailedFile[] = [];
  for (const source of sources) {
    const { file } = source;
    const result = await attemptAsync(() => parseSource(ports, source, format));
    if (result.ok) parts.push(...(result.value === undefined ? [] : [{ file, parsed: result.value }]));
    else ((await isEmpty(source, result.error)) ? empty : failed).push({ file, result });
  }
  if (parts.length === 0) failed.push(...empty);
  if (merge && failed[0] !== undefined) throw failed[0].result.error;
  const [first, ...others] = parts;
  const mergeResult = others.length === 0 ? undefined : mergeResults(parts);
  const name = merge ? `${first?.file} and ${others.length} more` : `${classFileFolder(first?.file ?? "")}TEST-*.xml`;
  if (merge && mergeResult?.ok === false) throw invalidEval(name, [`no parts of one run: ${mergeResult.reason}`]);
  const runs: readonly ParsedRun[] = mergeResult?.ok
    ? [{ file: name, parts: parts.map(({ file }) => file), parsed: mergeResult.parsed }]
    : parts;
  return [...runs.map(({ parsed, ...run }) => ({ ...run, result: { ok: true, value: parsed } as const })), ...failed];
}
