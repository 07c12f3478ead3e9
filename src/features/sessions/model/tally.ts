import { mostCounted } from "../../evals/model/cost.ts";
import type { PriceTable } from "../../evals/model/price-table.ts";
import type { Bucket, CallColumns, ImportState, SessionTally } from "./import-state.ts";
import { priceCall } from "./price-call.ts";
import type { Call, CallTokens, TranscriptEvent } from "./transcript.ts";

/** A quarter of an hour, in ms. Days begin on one in every current time zone. */
const quarterMs = 15 * 60_000;

export const quarterOf = (at: number): number => Math.floor(at / quarterMs);

/** A counted call. `micros` is null if its price is unknown. */
type CountedCall = { request: string; bucket: number; isSidechain: boolean; tokens: CallTokens; micros: number | null };

/** Counts that cannot be right are replaced by 0, as in every sum of tokens; such a call has no price either. */
const sanitizeTokens = (tokens: CallTokens): CallTokens =>
  Object.values(tokens).every((count) => count <= mostCounted)
    ? tokens
    : { input: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, output: 0 };

/** Number of figures per call in `CallColumns`. */
const figuresPerCall = 8;

function pack(calls: ReadonlyMap<string, CountedCall>): CallColumns {
  const figures: number[] = [];
  for (const { bucket, isSidechain, tokens, micros } of calls.values()) {
    const { input, cacheRead, cacheWrite5m, cacheWrite1h, output } = tokens;
    figures.push(bucket, isSidechain ? 1 : 0, input, cacheRead, cacheWrite5m, cacheWrite1h, output, micros ?? -1);
  }
  return { names: [...calls.keys()], requests: [...calls.values()].map(({ request }) => request), figures };
}

function unpack({ names, requests, figures }: CallColumns): Map<string, CountedCall> {
  return new Map(
    names.map((name, n) => {
      const [bucket = 0, side = 0, input = 0, cacheRead = 0, cacheWrite5m = 0, cacheWrite1h = 0, output = 0, micros = -1] =
        figures.slice(n * figuresPerCall, (n + 1) * figuresPerCall);
      const tokens = { input, cacheRead, cacheWrite5m, cacheWrite1h, output };
      return [name, { request: requests[n] ?? "", bucket, isSidechain: side === 1, tokens, micros: micros < 0 ? null : micros }];
    }),
  );
}

/**
 * Prefix of the ids of a session's buckets, by which all of them are found. A bucket's id depends on its calls alone, so that
 * everyone who imports the same transcripts records the same entries.
 */
export const bucketIdPrefix = (session: string): string => `transcript:${session}:`;

/** Site of calls that a sub-agent made; all other calls are the session's own. */
export const subAgent = "sub-agent";

const siteOf = ({ isSidechain }: Call): string => (isSidechain ? subAgent : "session");

const bucketId = (session: string, call: Call): string =>
  `${bucketIdPrefix(session)}${quarterOf(call.at)}:${call.model}:${call.branch ?? ""}:${siteOf(call)}:${call.commitsBefore}`;

const emptyBucket = (id: string, session: string, call: Call): Bucket => ({
  id,
  session,
  at: call.at,
  model: call.model,
  branch: call.branch,
  site: siteOf(call),
  calls: 0,
  unpriced: 0,
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  micros: 0,
});

/** @param sign 1 to count a call, -1 to take it out of the sums */
function addToBucket(bucket: Bucket, { tokens, micros }: CountedCall, sign: 1 | -1): void {
  bucket.calls += sign;
  bucket.unpriced += micros === null ? sign : 0;
  bucket.input += sign * tokens.input;
  bucket.cacheRead += sign * tokens.cacheRead;
  bucket.cacheWrite5m += sign * tokens.cacheWrite5m;
  bucket.cacheWrite1h += sign * tokens.cacheWrite1h;
  bucket.output += sign * tokens.output;
  bucket.micros += sign * (micros ?? 0);
}

const emptySession = (id: string, host: string, at: number): SessionTally => ({
  id,
  host,
  folder: null,
  branch: null,
  first: at,
  last: at,
  hasOwn: false,
  turns: 0,
  listed: 0,
  tools: {},
  files: [],
  commits: [],
  pullRequest: null,
});

/** Returns the path of a file, relative to the session's folder if it is inside that folder. */
function relativePath(folder: string | null, file: string): string {
  const path = file.replaceAll("\\", "/");
  const root = `${folder?.replaceAll("\\", "/") ?? ""}/`;
  return folder !== null && path.startsWith(root) ? path.slice(root.length) : path;
}

/** What a line says about a session, other than calls. */
type SessionEvent = Exclude<TranscriptEvent, Readonly<{ is: "call" }>>;

function addTool(session: SessionTally, { name, files }: Extract<SessionEvent, Readonly<{ is: "tool" }>>): void {
  // A tool may be named like a property of every object, such as `constructor`.
  const before = Object.hasOwn(session.tools, name) ? session.tools[name] : undefined;
  session.tools[name] = (before ?? 0) + 1;
  for (const file of files) {
    const path = relativePath(session.folder, file);
    if (!session.files.includes(path)) session.files.push(path);
  }
}

/** Adds what a line says to its session, if it is new. @returns whether it was added */
function addToSession(session: SessionTally, event: SessionEvent, isFresh: (id: string) => boolean): boolean {
  switch (event.is) {
    case "place":
      session.folder ??= event.folder;
      if (event.at >= session.last) session.branch = event.branch ?? session.branch;
      return false;
    case "prompt":
      if (!isFresh(event.id)) return false;
      session.turns += 1;
      return true;
    case "listed prompt":
      if (!isFresh(`listed ${session.id} ${event.at}`)) return false;
      session.listed += 1;
      return true;
    case "tool":
      if (!isFresh(event.id)) return false;
      addTool(session, event);
      return true;
    case "commit":
      if (!isFresh(`commit ${event.sha} ${event.at}`)) return false;
      session.commits.push({ sha: event.sha, at: event.at });
      return true;
    case "pull request":
      if (!isFresh(`pull request ${event.url} ${event.at}`)) return false;
      session.pullRequest = event.url;
      return true;
    default:
      return event satisfies never;
  }
}

/**
 * Finds the counted call that a call repeats, and the name under which the call is counted. The first request of a message is
 * stored under the message alone, so that a side chain that repeats it under another request is recognised.
 */
function findCounted(calls: ReadonlyMap<string, CountedCall>, { message, request, isSidechain }: Call) {
  const first = calls.get(message);
  const exact = `${message} ${request}`;
  const own = first?.request === request ? first : calls.get(exact);
  const known = own ?? (first !== undefined && (first.isSidechain || isSidechain) ? first : undefined);
  return { name: first === undefined || known === first ? message : exact, known };
}

/**
 * Adds up transcripts, on top of earlier totals. Every call counts once, no matter how many transcripts contain it and how often:
 * the repetition with the most output counts, which in a stream is the last. If several sessions contain a call, because one
 * continues another, it belongs to the first that is read.
 */
export function createTally(before: ImportState, prices: PriceTable) {
  const sessions = new Map(
    before.sessions.map((one) => [one.id, { ...one, tools: { ...one.tools }, files: [...one.files], commits: [...one.commits] }]),
  );
  const buckets = before.buckets.map((one) => ({ ...one }));
  const bucketIndexes = new Map(buckets.map(({ id }, n) => [id, n]));
  const calls = unpack(before.calls);
  const seen = new Set(before.seen);
  const touched = new Set<string>();

  const isFresh = (id: string): boolean => {
    const fresh = !seen.has(id);
    seen.add(id);
    return fresh;
  };
  const bucketIndex = (session: string, call: Call): number => {
    const id = bucketId(session, call);
    const known = bucketIndexes.get(id);
    if (known !== undefined) return known;
    bucketIndexes.set(id, buckets.length);
    return buckets.push(emptyBucket(id, session, call)) - 1;
  };
  /** Counts a call in a bucket, replacing what was counted for it before. */
  const replaceCounted = (name: string, counted: CountedCall, replaced: CountedCall | undefined): void => {
    const [bucket, old] = [buckets[counted.bucket], replaced && buckets[replaced.bucket]];
    if (replaced !== undefined && old !== undefined) {
      addToBucket(old, replaced, -1);
      touched.add(old.session);
    }
    if (bucket === undefined) return;
    addToBucket(bucket, counted, 1);
    touched.add(bucket.session);
    calls.set(name, counted);
  };
  /** @returns whether the call is the session's own */
  const addCall = (session: string, call: Call): boolean => {
    const { name, known } = findCounted(calls, call);
    const { request, isSidechain } = call;
    const tokens = sanitizeTokens(call.tokens);
    const micros = priceCall(call, prices) ?? null;
    if (known === undefined) {
      replaceCounted(name, { request, bucket: bucketIndex(session, call), isSidechain, tokens, micros }, undefined);
      return true;
    }
    const moves = known.isSidechain && !isSidechain;
    const isOwn = moves || buckets[known.bucket]?.session === session;
    const repeats = !moves && (tokens.output < known.tokens.output || isSidechain !== known.isSidechain);
    if (repeats) return isOwn;
    replaceCounted(
      name,
      { request, bucket: moves ? bucketIndex(session, call) : known.bucket, isSidechain, tokens, micros },
      known,
    );
    return isOwn;
  };

  return {
    add(host: string, event: TranscriptEvent): void {
      const known = sessions.get(event.session);
      const session = known ?? emptySession(event.session, host, event.at);
      if (known === undefined) sessions.set(event.session, session);
      const isOwn = event.is === "call" ? addCall(session.id, event.call) : addToSession(session, event, isFresh);
      // A repeated event may have been refused when it was to be recorded, so its session is recorded again.
      if (isOwn || session.hasOwn) touched.add(session.id);
      if (!isOwn) return;
      session.first = session.hasOwn ? Math.min(session.first, event.at) : event.at;
      session.last = session.hasOwn ? Math.max(session.last, event.at) : event.at;
      session.hasOwn = true;
    },
    /** The sessions to which something was added, or of which something was repeated. */
    touched: (): readonly SessionTally[] => [...touched].flatMap((id) => sessions.get(id) ?? []),
    bucketsOf: (session: string): readonly Bucket[] => buckets.filter((one) => one.session === session),
    state: (): ImportState => ({ sessions: [...sessions.values()], buckets, calls: pack(calls), seen: [...seen] }),
  };
}

export type Tally = ReturnType<typeof createTally>;
