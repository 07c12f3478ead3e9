import * as z from "zod";
import { withoutMark } from "../../../kernel/byte-order-mark.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { TranscriptFile, TranscriptLine, Transcripts } from "../../../ports/transcripts.ts";
import { attemptAsync } from "../../shared/input/input-file.ts";
import { formatOf, transcriptFormats } from "../importers/formats.ts";
import type { FileState } from "../model/import-state.ts";
import { type ReaderState, type TranscriptEvent, withKeptNames } from "../model/transcript.ts";

/** A line or a file that could not be read. `line` is null for a whole file. */
export type TranscriptProblem = Readonly<{ file: string; line: number | null; why: string }>;

/**
 * Maximum length of a session's id in characters. Agents' ids have less than a quarter of that, and each of its entries contains
 * the id.
 */
const longestId = 200;

/** Maximum number of problems per file that are reported individually. */
const mostProblems = 5;

const object = z.record(z.string(), z.unknown());

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(withoutMark(text));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? object.parse(value) : undefined;
  } catch {
    // The caller reports which line is not JSON.
    return undefined;
  }
}

/** Receives an event from a line of an agent's transcript. */
export type TakeEvent = (host: string, event: TranscriptEvent) => void;

type Reading = { format: string | null; state: ReaderState; problems: TranscriptProblem[]; bad: number };

/** Reads one line. @returns why it could not be read, if it should have been readable */
function readLine(reading: Reading, file: string, line: TranscriptLine, take: TakeEvent): string | undefined {
  if ("bytes" in line) return `it has ${line.bytes} bytes, more than a line of a transcript has`;
  const raw = parsed(line.text);
  if (raw === undefined) return "it is no JSON object";
  reading.format ??= formatOf(raw);
  const format = reading.format === null ? undefined : transcriptFormats.get(reading.format);
  // Lines before the first one of a known format are ignored.
  if (format === undefined) return undefined;
  const read = format.read(raw, reading.state, file);
  if (!read.ok) return read.problem;
  const ids = [read.state.session, ...read.events.map(({ session }) => session)];
  const tooLong = ids.find((id) => id !== undefined && id.length > longestId);
  if (tooLong !== undefined) return `its session's id has ${tooLong.length} characters, more than ${longestId}`;
  reading.state = read.state;
  for (const event of read.events) take(format.host, withKeptNames(event));
  return undefined;
}

/** Records that a line could not be read. Only the first ones of a file are reported individually. */
function complain(reading: Reading, file: string, line: number, why: string): void {
  reading.bad += 1;
  if (reading.problems.length < mostProblems) reading.problems.push({ file, line, why });
}

/** Whether no part of a file was refused, or only by this version of the program; another version may be able to read it. */
const isSettled = ({ refusedBy }: FileState, version: string): boolean => refusedBy === undefined || refusedBy === version;

const isSame = (file: TranscriptFile, known: FileState | undefined, version: string): boolean =>
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
): readonly TranscriptFile[] => files.filter((file) => !isSame(file, known.get(file.path), version));

export type ReadFile = Readonly<{ state: FileState | null; bytes: number; problems: readonly TranscriptProblem[] }>;

/** Reads the new data of a file. A file that cannot be read is reported as a problem, and is tried again by the next import. */
export async function readFile(
  transcripts: Transcripts,
  file: TranscriptFile,
  known: FileState | undefined,
  take: TakeEvent,
  signal: AbortSignal,
): Promise<ReadFile> {
  const attempt = await attemptAsync(async (): Promise<ReadFile> => {
    const { version } = transcripts;
    const goesOn = known !== undefined && isSettled(known, version) && (await transcripts.goesOn(file, known.mark));
    const before = goesOn ? known : undefined;
    const reading: Reading = { format: before?.format ?? null, state: before?.state ?? {}, problems: [], bad: 0 };
    const mark = await transcripts.read(
      file,
      before?.mark ?? null,
      (line) => {
        const why = readLine(reading, file.path, line, take);
        if (why !== undefined) complain(reading, file.path, line.number, why);
      },
      (text) => parsed(text) !== undefined,
      signal,
    );
    const { format, state, problems, bad } = reading;
    if (format === null && bad === 0 && mark.lines > 0) {
      problems.push({ file: file.path, line: null, why: "none of its lines is one of Claude Code, Codex or Gemini" });
    }
    const further = Math.max(0, bad - problems.length);
    return {
      state: { ...file, mark, format, state, refusedBy: bad > 0 ? version : before?.refusedBy },
      bytes: mark.offset - (before?.mark.offset ?? 0),
      problems:
        further === 0 ? problems : [...problems, { file: file.path, line: null, why: `${further} more lines could not be read` }],
    };
  });
  if (attempt.ok) return attempt.value;
  signal.throwIfAborted();
  return { state: null, bytes: 0, problems: [{ file: file.path, line: null, why: toErrorView(attempt.error).message }] };
}
