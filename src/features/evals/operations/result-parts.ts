import { invalidEval } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { mergeResults, type ParsedEval, type ParsedPart, parseEvalContent, parseFound } from "../importers/eval-file.ts";
import { groupBy } from "../importers/formats/result-run.ts";
import type { MergedFilesView } from "./views.ts";

/**
 * `content` is text, or the bytes of an archive. `found`: the file was found by a search, so it may hold something other than
 * results.
 */
export type FileSource = Readonly<{ file: string; content(): Promise<string | Uint8Array>; found?: boolean }>;
/** A file, or several files that were read and merged into one run. */
export type ResultSource = FileSource | ParsedPart;

type MergedSources = Readonly<{ sources: readonly ResultSource[]; merged: readonly MergedFilesView[] }>;

/** Surefire, Gradle and others write one file per class of a run. */
const classFilePattern = /(?:^|[\\/])TEST-[^\\/]*\.xml$/;
const folderOf = (file: string): string => file.replace(/[^\\/]*$/, "");

/** Parses a file. @returns undefined when it was found and matches no format @throws the errors of `parseEvalContent` */
export async function parseSource(ports: Ports, source: FileSource, format: string | undefined): Promise<ParsedEval | undefined> {
  const { file, content, found = false } = source;
  return (found ? parseFound : parseEvalContent)(await content(), file, { root: ports.surroundings.folder, format });
}

const toMergedSources = (whole: ParsedPart, parts: readonly ParsedPart[]): MergedSources => ({
  sources: [whole],
  merged: [{ file: whole.file, parts: parts.map(({ file }) => file) }],
});

/**
 * Merges all files as parts of one run, as the caller requested.
 * @throws invalid_eval when they cannot be parts of one run, and the errors of reading a file: without one of them the run would
 * not be whole
 */
export async function mergeAll(ports: Ports, sources: readonly FileSource[], format: string | undefined): Promise<MergedSources> {
  const parts: ParsedPart[] = [];
  for (const source of sources) {
    const parsed = await parseSource(ports, source, format);
    if (parsed !== undefined) parts.push({ file: source.file, parsed });
  }
  const [first] = parts;
  if (first === undefined || parts.length === 1) return { sources, merged: [] };
  const file = `${first.file} and ${parts.length - 1} more`;
  const mergeResult = mergeResults(parts);
  if (!mergeResult.ok) throw invalidEval(file, [`no parts of one run: ${mergeResult.reason}`]);
  return toMergedSources({ file, parsed: mergeResult.parsed }, parts);
}

/**
 * Merges the files of a folder that hold one class each into one run. If they contradict each other, each is a run of its own, as
 * all other files are.
 */
export async function mergeClassFiles(
  ports: Ports,
  sources: readonly FileSource[],
  format: string | undefined,
): Promise<MergedSources> {
  const classes = sources.filter(({ file }) => classFilePattern.test(file));
  const all: ResultSource[] = sources.filter(({ file }) => !classFilePattern.test(file));
  const merged: MergedFilesView[] = [];
  for (const [folder, files] of groupBy(classes, ({ file }) => folderOf(file))) {
    const attempts = await Promise.all(
      files.map(async (source) => ({ source, result: await attemptAsync(() => parseSource(ports, source, format)) })),
    );
    const parts = attempts.flatMap(({ source, result }): readonly ParsedPart[] =>
      result.ok && result.value !== undefined ? [{ file: source.file, parsed: result.value }] : [],
    );
    const mergeResult = parts.length < 2 ? undefined : mergeResults(parts);
    if (mergeResult?.ok !== true) {
      all.push(...files);
      continue;
    }
    const group = toMergedSources({ file: `${folder}TEST-*.xml`, parsed: mergeResult.parsed }, parts);
    // A file that could not be read stays separate, so that it is rejected by its name.
    all.push(...group.sources, ...attempts.flatMap(({ source, result }) => (result.ok ? [] : [source])));
    merged.push(...group.merged);
  }
  return { sources: all, merged };
}
