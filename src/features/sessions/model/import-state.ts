import * as z from "zod";
import { readerState, toStoredName } from "./transcript.ts";

/*
 * State that is kept between imports of transcripts, so that only appended data is read. It can be rebuilt from the transcripts;
 * the ledger never depends on it.
 */

/** How far a file was read: number of bytes in whole lines, number of these lines, and a hash of the last of these bytes. */
export const mark = z.object({ offset: z.int().min(0), lines: z.int().min(0), tail: z.string() }).readonly();
export type Mark = z.infer<typeof mark>;

const file = z
  .object({
    path: z.string(),
    size: z.number(),
    modified: z.number(),
    inode: z.string(),
    mark,
    format: z.string().nullable(),
    state: readerState,
    /**
     * Version of the program that could not read or record a part of the file. Another version reads the file from its beginning.
     */
    refusedBy: z.string().optional(),
  })
  .readonly();
/** A file, its metadata when it was found, and how far it was read. */
export type FileState = z.infer<typeof file>;

const key = z.string().refine((text) => text === toStoredName(text));

const session = z.object({
  id: key,
  host: z.string(),
  folder: z.string().nullable(),
  branch: z.string().nullable(),
  /** Times of the session's first and last own event. What it repeats from an earlier session is not its own. */
  first: z.number(),
  last: z.number(),
  hasOwn: z.boolean(),
  turns: z.int(),
  /** Number of prompts in Claude Code's list, which is used if no transcript is left. */
  listed: z.int(),
  tools: z.record(z.string(), z.int()),
  files: z.array(z.string()),
  commits: z.array(z.object({ sha: z.string(), at: z.number() })),
  pullRequest: z.string().nullable(),
});
/** Totals of a session, computed from its transcripts. */
export type SessionTally = z.infer<typeof session>;

const bucket = z.object({
  id: key,
  session: z.string(),
  /** When the first of its calls was made. */
  at: z.number(),
  model: z.string(),
  branch: z.string().nullable(),
  site: z.string(),
  calls: z.int(),
  unpriced: z.int(),
  input: z.int(),
  cacheRead: z.int(),
  cacheWrite5m: z.int(),
  cacheWrite1h: z.int(),
  output: z.int(),
  micros: z.int(),
});
/** The calls of a session within a quarter of an hour, with one model and on one branch, between two commits. */
export type Bucket = z.infer<typeof bucket>;

/** Counted calls in columns: names of messages, requests, and per call its bucket and its figures. */
const calls = z.object({ names: z.array(z.string()), requests: z.array(z.string()), figures: z.array(z.number()) });
export type CallColumns = z.infer<typeof calls>;

/** The parts of the state, one per line. The part that an import without changes needs is first, so that it can be read alone. */
export const stateParts = {
  files: z.object({ version: z.literal(1), files: z.array(file) }),
  sessions: z.array(session),
  buckets: z.array(bucket),
  calls,
  seen: z.array(z.string()),
} as const;

export type ImportState = Readonly<{
  sessions: readonly SessionTally[];
  buckets: readonly Bucket[];
  calls: CallColumns;
  seen: readonly string[];
}>;

export const emptyImportState: ImportState = {
  sessions: [],
  buckets: [],
  calls: { names: [], requests: [], figures: [] },
  seen: [],
};
