import * as z from "zod";
import { asKept, readerState } from "./transcript.ts";

/*
 * What is remembered of transcripts from one import to the next, so that only what was added is read. It can be made again from the
 * transcripts; the ledger never depends on it.
 */

/** How far a file was read: bytes of whole lines, how many they are, and a hash of the last of these bytes. */
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
    /** The version of the program that could not read or record some of it: another one reads it from its beginning. */
    refusedBy: z.string().optional(),
  })
  .readonly();
/** A file, how it was found and how far it was read. */
export type FileState = z.infer<typeof file>;

const key = z.string().refine((text) => text === asKept(text));

const session = z.object({
  id: key,
  host: z.string(),
  folder: z.string().nullable(),
  branch: z.string().nullable(),
  /** When the first and the last of what is its own was said: what it repeats of a session before is not. */
  first: z.number(),
  last: z.number(),
  hasOwn: z.boolean(),
  turns: z.int(),
  /** Prompts of Claude Code's list, which count where no transcript is left. */
  listed: z.int(),
  tools: z.record(z.string(), z.int()),
  files: z.array(z.string()),
  commits: z.array(z.object({ sha: z.string(), at: z.number() })),
  pullRequest: z.string().nullable(),
});
/** What transcripts tell of a session, added up. */
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
/** The calls of a session that were made within a quarter of an hour, with one model and on one branch, between two commits. */
export type Bucket = z.infer<typeof bucket>;

/** Calls that are counted, as columns: messages, requests, and what each counts in which bucket. */
const calls = z.object({ names: z.array(z.string()), requests: z.array(z.string()), figures: z.array(z.number()) });
export type CallColumns = z.infer<typeof calls>;

/** The parts of the state, a line each: what a file that did not change needs comes first and alone. */
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

export const nothingImported: ImportState = {
  sessions: [],
  buckets: [],
  calls: { names: [], requests: [], figures: [] },
  seen: [],
};
