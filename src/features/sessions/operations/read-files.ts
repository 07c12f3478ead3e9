import * as z from "zod";
import { stripBom } from "../../../kernel/byte-order-mark.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { TranscriptFile, TranscriptLine, Transcripts } from "../../../ports/transcripts.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { formatOf, transcriptFormats } from "../importers/formats.ts";
import type { FileState } from "../model/import-state.ts";
import { type ReaderState, type TranscriptEvent, withStoredNames } from "../model/transcript.ts";

/** A line or a file that could not be read. `line` is null for a whole file. */
export type TranscriptProblem = Readonly<{ file: string; line: number | null; why: string }>;

/**
 * Maximum length of a session's id in characters. Agents' ids have less than a quarter of that, and each of its entries contains
 * the id.
 */
const maxIdLength = 200;

/** Maximum number of problems per file that are reported individually. */
const maxProblems = 5;

const object = z.record(z.string(), z.unknown());

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(stripBom(text));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? object.parse(value) : undefined;
  } catch {
    // The caller reports which line is not JSON.
    return undefined;
  }
}

/** Receives an event from a line of an agent's transcript. */
export type TakeEvent = (host: string, event: TranscriptEvent) => void;

type ReadProgress = { format: string | null; state: ReaderState; problems: TranscriptProblem[]; bad: number };

/** Reads one line. @returns why it could not be read, if it should have been readable */
function readLine(reading: ReadProgress, file: string, line: TranscriptLine, take: TakeEvent): string | undefined {
  if ("bytes" in line) return `it has ${line.bytes} bytes, more than a line of a transcript has`;
  const raw = parseObject(line.text);
  if (raw === undefined) return "it is no JSON object";
  reading.format ??= formatOf(raw);
  const format = reading.format === null ? undefined : transcriptFormats.get(reading.format);
  // Lines before the first one of a known format are ignored.
  if (format === undefined) return undefined;
  const read = format.read(raw, reading.state, file);
  if (!read.ok) return read.problem;
  const ids = [read.state.session, ...read.events.map(({ session }) => session)];
  const tooLong = ids.find((id) => id !== undefined && id.length > maxIdLength);
  if (tooLong !== undefined) return `its session's id has ${tooLong.length} characters, more than ${maxIdLength}`;
  reading.state = read.state;
  for (const event of read.events) take(format.host, withStoredNames(event));
  return undefined;
}

/** Records that a line could not be read. Only the first ones of a file are reported individually. */
function addProblem(reading: ReadProgress, file: string, line: number, why: string): void {
  reading.bad += 1;
  if (reading.problems.length < maxProblems) reading.problems.push({ file, line, why });
}

/** Whether no part of a file was refused, or only by this version of the program; another version may be able to read it. */
const isSettled = ({ refusedBy }: FileState, version: string): boolean => refusedBy === undefined || refusedBy === version;

const isUnchanged = (file: TranscriptFile, known: FileState | undefined, version: string): boolean =>
  known !== undefined &&
  known.size === file.size &&
  known.modified === file.modified &&
  known.inode === file.inode &&
  isSettled(known, version);

/** Returns the files from which something has to be read. */
export const changedFiles = (
  files: readonly TranscriptFile[],
  known: ReadonlyMap<string, FileState>,
  version: string,
): readonly TranscriptFile[] => files.filter((file) => !isUnchanged(file, known.get(file.path), version));

export type ReadFile = Readonly<{ state: FileState | null; bytes: number; problems: readonly TranscriptProblem[] }>;

/** Reads the new data of a file. A file that cannot be read is reported as a problem, and is tried again by the next import. */
export async function readFile(
  transcripts: Transcripts,
  file: TranscriptFile,
  known: FileState | undefined,
  take: TakeEvent,
  signal: AbortSignal,
): Promise<ReadFile> {
  const result = await attemptAsync(async (): Promise<ReadFile> => {
    const { version } = transcripts;
    const goesOn = known !== undefined && isSettled(known, version) && (await transcripts.goesOn(file, known.mark));
    const before = goesOn ? known : undefined;
    const reading: ReadProgress = { format: before?.format ?? null, state: before?.state ?? {}, problems: [], bad: 0 };
    const mark = await transcripts.read(
      file,
      before?.mark ?? null,
      (line) => {
        const why = readLine(reading, file.path, line, take);
        if (why !== undefined) addProblem(reading, file.path, line.number, why);
      },
      (text) => parseObject(text) !== undefined,
      signal,
    );
    const { format, state, problems, bad } = reading;
    if (format === null && bad === 0 && mark.lines > 0) {
      problems.push({ file: file.path, line: null, why: "none of its lines is one of Claude Code, Codex or Gemini" });
    }
    const unreported = Math.max(0, bad - problems.length);
    return {
      state: { ...file, mark, format, state, refusedBy: bad > 0 ? version : before?.refusedBy },
      bytes: mark.offset - (before?.mark.offset ?? 0),
      problems:
        unreported === 0
          ? problems
          : [...problems, { file: file.path, line: null, why: `${unreported} more lines could not be read` }],
    };
  });
  if (result.ok) return result.value;
  signal.throwIfAborted();
  return { state: null, bytes: 0, problems: [{ file: file.path, line: null, why: toErrorView(result.error).message }] };
}
