import { invalidEval } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { mergedResults, type ParsedEval, type ParsedPart, parseEvalContent, parseFound } from "../importers/eval-file.ts";
import { grouped } from "../importers/formats/result-run.ts";
import type { MergedFilesView } from "./views.ts";

/**
 * `content` is text, or the bytes of an archive. `found`: the file was found by a search, so it may hold something other than
 * results.
 */
export type FileSource = Readonly<{ file: string; content(): Promise<string | Uint8Array>; found?: boolean }>;
/** A file, or several files that were read and merged into one run. */
export type ResultSource = FileSource | ParsedPart;

type Gathered = Readonly<{ sources: readonly ResultSource[]; merged: readonly MergedFilesView[] }>;

/** Surefire, Gradle and others write one file per class of a run. */
const perClass = /(?:^|[\\/])TEST-[^\\/]*\.xml$/;
const folderOf = (file: string): string => file.replace(/[^\\/]*$/, "");

/** Parses a file. @returns undefined when it was found and matches no format @throws the errors of `parseEvalContent` */
export async function parsedSource(
  ports: Ports,
  source: FileSource,
  format: string | undefined,
): Promise<ParsedEval | undefined> {
  const { file, content, found = false } = source;
  return (found ? parseFound : parseEvalContent)(await content(), file, { root: ports.surroundings.folder, format });
}

const gatheredOf = (whole: ParsedPart, parts: readonly ParsedPart[]): Gathered => ({
  sources: [whole],
  merged: [{ file: whole.file, parts: parts.map(({ file }) => file) }],
});

/**
 * Merges all files as parts of one run, as the caller requested.
 * @throws invalid_eval when they cannot be parts of one run, and the errors of reading a file: without one of them the run would
 * not be whole
 */
export async function allAsOne(ports: Ports, sources: readonly FileSource[], format: string | undefined): Promise<Gathered> {
  const parts: ParsedPart[] = [];
  for (const source of sources) {
    const parsed = await parsedSource(ports, source, format);
    if (parsed !== undefined) parts.push({ file: source.file, parsed });
  }
  const [first] = parts;
  if (first === undefined || parts.length === 1) return { sources, merged: [] };
  const file = `${first.file} and ${parts.length - 1} more`;
  const whole = mergedResults(parts);
  if (!whole.ok) throw invalidEval(file, [`no parts of one run: ${whole.reason}`]);
  return gatheredOf({ file, parsed: whole.parsed }, parts);
}

/**
 * Merges the files of a folder that hold one class each into one run. If they contradict each other, each is a run of its own, as
 * all other files are.
 */
export async function classesAsOne(ports: Ports, sources: readonly FileSource[], format: string | undefined): Promise<Gathered> {
  const classes = sources.filter(({ file }) => perClass.test(file));
  const all: ResultSource[] = sources.filter(({ file }) => !perClass.test(file));
  const merged: MergedFilesView[] = [];
  for (const [folder, files] of grouped(classes, ({ file }) => folderOf(file))) {
    const read = await Promise.all(
      files.map(async (source) => ({ source, result: await attemptAsync(() => parsedSource(ports, source, format)) })),
    );
    const parts = read.flatMap(({ source, result }): readonly ParsedPart[] =>
      result.ok && result.value !== undefined ? [{ file: source.file, parsed: result.value }] : [],
    );
    const whole = parts.length < 2 ? undefined : mergedResults(parts);
    if (whole?.ok !== true) {
      all.push(...files);
      continue;
    }
    const one = gatheredOf({ file: `${folder}TEST-*.xml`, parsed: whole.parsed }, parts);
    // A file that could not be read stays separate, so that it is rejected by its name.
    all.push(...one.sources, ...read.flatMap(({ source, result }) => (result.ok ? [] : [source])));
    merged.push(...one.merged);
  }
  return { sources: all, merged };
}
