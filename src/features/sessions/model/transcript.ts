import * as z from "zod";
import { isInstant } from "../../../kernel/timestamp.ts";

/** Tokens of one call of a model. Tokens written to the provider's cache are counted separately by how long they are kept. */
export type CallTokens = Readonly<{
  input: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  output: number;
}>;

/**
 * One call of a model, as one line of a transcript describes it. A provider's stream may repeat the call with more tokens each
 * time.
 */
export type Call = Readonly<{
  /** Id of the message, and of the request if there is one: together they identify the call in all transcripts. */
  message: string;
  request: string;
  at: number;
  model: string;
  branch: string | null;
  /** Made by a sub-agent, whose transcript may repeat messages of its session under its own requests. */
  isSidechain: boolean;
  tokens: CallTokens;
  /** Cost in USD, if the transcript states it. */
  reportedUsd: number | undefined;
  /** Made in a mode with prices of its own (fast, batch, one region only), which no price list contains. */
  hasOwnPrice: boolean;
  /** Number of commits in the same transcript before the call. */
  commitsBefore: number;
}>;

/** What a line of a transcript says about a session. Times are in ms since the epoch. */
export type TranscriptEvent = Readonly<{ session: string; at: number }> &
  (
    | Readonly<{ is: "place"; folder: string | null; branch: string | null }>
    | Readonly<{ is: "call"; call: Call }>
    | Readonly<{ is: "prompt"; id: string; text: string }>
    /** A prompt in the list that Claude Code keeps in addition to the transcripts. The list is kept longer than they are. */
    | Readonly<{ is: "listed prompt"; text: string }>
    | Readonly<{ is: "tool"; id: string; name: string; files: readonly string[] }>
    | Readonly<{ is: "commit"; sha: string }>
    | Readonly<{ is: "pull request"; url: string }>
  );

/** Converts a name to the form in which the ledger stores it. What is recorded can only be found under that form. */
export const toStoredName = (name: string): string => name.toWellFormed().normalize("NFC");

/** Returns an event with its names in the form in which they are recorded. */
export function withStoredNames(event: TranscriptEvent): TranscriptEvent {
  const session = toStoredName(event.session);
  const branchOf = (branch: string | null): string | null => (branch === null ? null : toStoredName(branch));
  if (event.is === "place") return { ...event, session, branch: branchOf(event.branch) };
  if (event.is !== "call") return { ...event, session };
  const { call } = event;
  return { ...event, session, call: { ...call, model: toStoredName(call.model), branch: branchOf(call.branch) } };
}

/** What a reader has to remember between the lines of a transcript. */
export const readerState = z
  .object({
    session: z.string(),
    /** The session from which this one was made. */
    root: z.string(),
    isSubAgent: z.boolean(),
    model: z.string(),
    branch: z.string(),
    folder: z.string(),
    hasOwnPrice: z.boolean(),
    /** Total of tokens so far, in a transcript that states totals. */
    total: z.array(z.number()),
    /** A call whose total has not been read. */
    record: z.object({
      at: z.number(),
      thread: z.string(),
      response: z.string(),
      usage: z.tuple([z.number(), z.number(), z.number(), z.number()]).readonly(),
    }),
    /** Ordinal of the first line that is not copied from another session. */
    ownFrom: z.int(),
    commits: z.int(),
    /** Tool calls whose result may name a commit or a pull request. */
    watched: z.array(z.string()),
  })
  .partial()
  .readonly();
export type ReaderState = z.infer<typeof readerState>;

/** The events of a line and the state to remember, or why the line could not be read. */
export type ReadLine =
  | Readonly<{ ok: true; state: ReaderState; events: readonly TranscriptEvent[] }>
  | Readonly<{ ok: false; problem: string }>;

/** A format of transcripts. */
export type TranscriptFormat = Readonly<{
  /** Name of the agent, used as `host` of its sessions. */
  host: string;
  /** Whether an object is a line of such a transcript. */
  isLine(line: Readonly<Record<string, unknown>>): boolean;
  /** @param name path of the file */
  read(line: Readonly<Record<string, unknown>>, state: ReaderState, name: string): ReadLine;
}>;

const iso = z.iso.datetime({ offset: true });

/** Parses a time in a transcript, to ms since the epoch; undefined if it is not a time. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isInteger(value) && value > 0 && isInstant(value) ? value : undefined;
  const at = typeof value === "string" && iso.safeParse(value).success ? Date.parse(value) : undefined;
  return at !== undefined && isInstant(at) ? at : undefined;
}

const commitPattern = /^\[[^\]\n]+ ([0-9a-f]{7,40})\] /m;
const pullRequestPattern = /https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+\/pull\/\d+/;

/** Whether a shell command may make a commit or a pull request. */
export const isWatchedCommand = (command: string): boolean => /\bgit\b[^\n|;&]*\bcommit\b|\bgh\s+pr\s+create\b/.test(command);

/** Returns the commit and the pull request that the output of such a command names. */
export function outputEvents(session: string, at: number, output: string): readonly TranscriptEvent[] {
  const [sha, url] = [commitPattern.exec(output)?.[1], pullRequestPattern.exec(output)?.[0]];
  return [
    ...(sha === undefined ? [] : [{ is: "commit" as const, session, at, sha }]),
    ...(url === undefined ? [] : [{ is: "pull request" as const, session, at, url }]),
  ];
}
