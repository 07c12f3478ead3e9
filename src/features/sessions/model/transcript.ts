import * as z from "zod";
import { isInstant } from "../../../kernel/timestamp.ts";

/** Tokens of one call of a model. What was written to the provider's cache is counted apart by how long it is kept. */
export type CallTokens = Readonly<{
  input: number;
  cacheRead: number;
  cacheWrite5m: number;
  cacheWrite1h: number;
  output: number;
}>;

/** One call of a model, as one line of a transcript tells it. A provider's stream may tell it again and again, with more tokens. */
export type Call = Readonly<{
  /** The message's id, and the request's where there is one: together they name the call in all transcripts. */
  message: string;
  request: string;
  at: number;
  model: string;
  branch: string | null;
  /** Made by a sub-agent, whose transcript may repeat messages of its session under requests of its own. */
  isSidechain: boolean;
  tokens: CallTokens;
  /** Where the transcript states what it cost, USD. */
  reportedUsd: number | undefined;
  /** It was made in a mode that has prices of its own (fast, batch, one region only), which no list tells. */
  hasOwnPrice: boolean;
  /** How many commits the same transcript tells of before it. */
  commitsBefore: number;
}>;

/** What a line of a transcript tells of a session. Times are ms since the epoch. */
export type TranscriptEvent = Readonly<{ session: string; at: number }> &
  (
    | Readonly<{ is: "place"; folder: string | null; branch: string | null }>
    | Readonly<{ is: "call"; call: Call }>
    | Readonly<{ is: "prompt"; id: string; text: string }>
    /** A prompt of the list that Claude Code keeps beside the transcripts, which outlives them. */
    | Readonly<{ is: "listed prompt"; text: string }>
    | Readonly<{ is: "tool"; id: string; name: string; files: readonly string[] }>
    | Readonly<{ is: "commit"; sha: string }>
    | Readonly<{ is: "pull request"; url: string }>
  );

/** A name as the ledger keeps it. What is recorded is found again by no other. */
export const asKept = (name: string): string => name.toWellFormed().normalize("NFC");

/** What a line tells, with the names by which it is recorded. */
export function withKeptNames(event: TranscriptEvent): TranscriptEvent {
  const session = asKept(event.session);
  const branchOf = (branch: string | null): string | null => (branch === null ? null : asKept(branch));
  if (event.is === "place") return { ...event, session, branch: branchOf(event.branch) };
  if (event.is !== "call") return { ...event, session };
  const { call } = event;
  return { ...event, session, call: { ...call, model: asKept(call.model), branch: branchOf(call.branch) } };
}

/** What a reader has to remember of a transcript between its lines. */
export const readerState = z
  .object({
    session: z.string(),
    /** The session that this one was made of. */
    root: z.string(),
    isSubAgent: z.boolean(),
    model: z.string(),
    branch: z.string(),
    folder: z.string(),
    hasOwnPrice: z.boolean(),
    /** Sum of tokens so far, where a transcript tells sums. */
    total: z.array(z.number()),
    commits: z.int(),
    /** Calls of tools whose result may name a commit or a pull request. */
    watched: z.array(z.string()),
  })
  .partial()
  .readonly();
export type ReaderState = z.infer<typeof readerState>;

/** What a line says, and what is to be remembered; or why it says nothing. */
export type ReadLine =
  | Readonly<{ ok: true; state: ReaderState; events: readonly TranscriptEvent[] }>
  | Readonly<{ ok: false; problem: string }>;

/** A format of transcripts. */
export type TranscriptFormat = Readonly<{
  /** What the agent is, as a session's `host`. */
  host: string;
  /** Whether an object is a line of such a transcript. */
  isLine(line: Readonly<Record<string, unknown>>): boolean;
  /** @param name path of the file */
  read(line: Readonly<Record<string, unknown>>, state: ReaderState, name: string): ReadLine;
}>;

const iso = z.iso.datetime({ offset: true });

/** A time as transcripts write it, ms since the epoch; undefined for none. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isInteger(value) && value > 0 && isInstant(value) ? value : undefined;
  const at = typeof value === "string" && iso.safeParse(value).success ? Date.parse(value) : undefined;
  return at !== undefined && isInstant(at) ? at : undefined;
}

const committed = /^\[[^\]\n]+ ([0-9a-f]{7,40})\] /m;
const pullRequest = /https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+\/pull\/\d+/;

/** Whether a command of a shell may make a commit or a pull request. */
export const isWatched = (command: string): boolean => /\bgit\b[^\n|;&]*\bcommit\b|\bgh\s+pr\s+create\b/.test(command);

/** The commit and the pull request that the output of such a command names. */
export function madeBy(session: string, at: number, output: string): readonly TranscriptEvent[] {
  const [sha, url] = [committed.exec(output)?.[1], pullRequest.exec(output)?.[0]];
  return [
    ...(sha === undefined ? [] : [{ is: "commit" as const, session, at, sha }]),
    ...(url === undefined ? [] : [{ is: "pull request" as const, session, at, url }]),
  ];
}
