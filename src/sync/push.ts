import type { Cursor, Fact, PlacedFact } from "../kernel/fact.ts";
import type { Ledger } from "../ports/ports.ts";
import type { SyncChoices, SyncProblem } from "../ports/sync.ts";
import { batchFacts, toBatches } from "./batching.ts";
import { type HashOf, idOfCopy, resentId, toOutgoingFact, unreadablePlaceholder } from "./rechain.ts";
import { createRedactor, type SharedContent, withheldKind, withheldPlaceholder } from "./redact.ts";
import { isRemoteFailure, type Remote, type RemoteFailure, type RemoteHead } from "./remote.ts";
import { findResentIds, replaceResentIds } from "./resent-ids.ts";
import { type ReadRow, rowOf } from "./rows.ts";
import { createReachabilityCheck } from "./server-chain.ts";

/** How far a log was sent: cursor after the last fact sent, and the hash that this fact was sent with. */
export type Sent = Readonly<{ cursor: Cursor; hash: string | null }>;

export type PushParts = Readonly<{
  ledger: Pick<Ledger, "readDevice">;
  remote: Pick<Remote, "push" | "rows" | "links" | "placesOf">;
  team: string;
  choices: SyncChoices;
  secret: string;
  hashOf: HashOf;
  signal: AbortSignal | undefined;
}>;

/** A fact of the own log, with the cursor after it. `lost`: a placeholder for a fact that cannot be read. */
type OwnLogEntry = Readonly<{ fact: Fact; after: Cursor; lost: boolean }>;

export const startOf = (device: string): Cursor => ({ device, seq: 0, hash: null, segment: 1, offset: 0 });

const cursorAfter = ({ fact, place }: PlacedFact): Cursor => ({
  device: fact.device,
  seq: fact.seq,
  hash: fact.hash,
  segment: place.segment,
  offset: place.offset + place.length + 1,
});

/**
 * Reads the facts of the own log after a cursor, without gaps: damaged facts are replaced by placeholders. If the log does not
 * match the cursor, it is read from its start.
 */
export async function* ownFacts(
  ledger: Pick<Ledger, "readDevice">,
  from: Cursor,
  signal: AbortSignal | undefined,
): AsyncGenerator<OwnLogEntry, void, undefined> {
  let last = from;
  for await (const chunk of ledger.readDevice(from, signal)) {
    if (chunk.rewound) last = startOf(from.device);
    for (const placed of chunk.facts) {
      for (let seq = last.seq + 1; seq < placed.fact.seq; seq += 1) {
        yield { fact: unreadablePlaceholder(from.device, seq, placed.fact.at), after: { ...last, seq }, lost: true };
      }
      if (placed.fact.seq <= last.seq) continue;
      last = cursorAfter(placed);
      yield { fact: placed.fact, after: last, lost: false };
    }
  }
}

/** Finds a fact of the own log by its seq; null if the log ends before it. */
async function findOwnFact(
  ledger: PushParts["ledger"],
  from: Cursor,
  seq: number,
  signal: AbortSignal | undefined,
): Promise<OwnLogEntry | null> {
  for await (const own of ownFacts(ledger, from, signal)) if (own.fact.seq === seq) return own;
  return null;
}

type OwnFact = Pick<Fact, "id" | "device" | "seq" | "hash">;

/** Whether a fact of the own log may have been sent under an id. */
export const isIdOf = (id: string, fact: OwnFact): boolean =>
  id === fact.id.toLowerCase() || id === idOfCopy(fact) || id === resentId(fact.id);

/** Whether the server's row is the sent form of a fact of the own log. */
export function matchesSentRow({ row }: ReadRow, fact: OwnFact): boolean {
  if (row === null) return false;
  // A fact that was sent unchanged must match exactly; a redacted one is identified by its id.
  if (row.extra?.["redacted"] === undefined) return row.id === fact.id.toLowerCase() && row.hash === fact.hash;
  return isIdOf(row.id, fact);
}

/**
 * Returns where to resume sending a log, based on what the server has; null if the server's log with this device id is another
 * one. `known`: state of an earlier sync. Without it, or if the server's head differs, the log is compared again.
 */
export async function findResumePoint(
  { ledger, remote, team, signal }: PushParts,
  device: string,
  head: RemoteHead | undefined,
  known: Sent | null,
): Promise<Sent | null> {
  const nothingSent: Sent = { cursor: startOf(device), hash: null };
  if (head === undefined || head.seq === 0) return nothingSent;
  if (known !== null && known.cursor.seq === head.seq && known.hash === head.hash) return known;
  const from = known !== null && known.cursor.seq < head.seq ? known.cursor : nothingSent.cursor;
  const own = await findOwnFact(ledger, from, head.seq, signal);
  if (own === null) return null;
  const [found] = await remote.rows(team, device, head.seq, head.seq);
  return found?.row?.hash === head.hash && matchesSentRow(found, own.fact) ? { cursor: own.after, hash: head.hash } : null;
}

/** A fact to be sent, without the data that stay here, and the cursor after it. */
type OutgoingFact = Readonly<{ fact: Fact; shared: SharedContent; after: Cursor }>;

async function* outgoingFacts(parts: Pick<PushParts, "ledger" | "choices" | "secret" | "signal">, from: Cursor) {
  const redact = createRedactor(parts.choices, parts.secret);
  for await (const { fact, after, lost } of ownFacts(parts.ledger, from, parts.signal)) {
    const shared = lost ? withheldPlaceholder("unreadable") : redact(fact);
    yield { fact: { ...fact, data: shared.fact.data }, shared, after } satisfies OutgoingFact;
  }
}

const charactersOf = ({ shared }: OutgoingFact): number => JSON.stringify(shared.fact.data).length + 400;

/** Called after each request with what has been sent. */
export type OnSent = (sent: Sent, facts: number, refused: readonly SyncProblem[]) => Promise<void>;

/**
 * Result of a request: sent, with the hash of the last fact as it was sent; `slow`: it exceeded the server's time limit;
 * `mixed`: the server rejected something among several facts.
 */
type Outcome = Readonly<{ hash: string | null; refused: readonly SyncProblem[] }> | "slow" | "mixed";

/**
 * Sends the own facts after a cursor, in order and in batches. A batch that the server rejects is halved until it is accepted,
 * and the next ones grow again. A single fact that is rejected is replaced by a withheld fact that only keeps its place, so that
 * it does not block the others.
 * @throws RemoteFailure
 */
export async function pushFacts(parts: PushParts, from: Sent, onSent: OnSent): Promise<Sent> {
  const isReachable = createReachabilityCheck(parts.remote, parts.team);
  const sentAgain = new Map<string, string>();
  let sent = from;
  const batchLimits = { slow: batchFacts, mixed: batchFacts };
  for await (const batch of toBatches(outgoingFacts(parts, from.cursor), charactersOf)) {
    for (let rest = batch; rest.length > 0; ) {
      parts.signal?.throwIfAborted();
      const part = rest.slice(0, Math.min(batchLimits.slow, batchLimits.mixed));
      for (const [id, newId] of await findResentIds(
        parts,
        part.map(({ shared }) => shared),
      ))
        sentAgain.set(id, newId);
      const outcome = await sendBatch(parts, part, sent.hash, isReachable, sentAgain);
      const last = part.at(-1);
      if (typeof outcome === "string" || last === undefined) {
        if (typeof outcome === "string") batchLimits[outcome] = Math.ceil(part.length / 2);
        continue;
      }
      // Noted before anything else is sent: sending the same facts again in another form would break the chain.
      sent = { cursor: last.after, hash: outcome.hash };
      rest = rest.slice(part.length);
      batchLimits.mixed = Math.min(2 * batchLimits.mixed, batchFacts);
      // Grows slowly, as each attempt beyond the time limit costs that time.
      batchLimits.slow = Math.min(batchLimits.slow + Math.ceil(batchLimits.slow / 8), batchFacts);
      await onSent(sent, part.length, outcome.refused);
    }
  }
  return sent;
}

/** SQLSTATE for a row whose id is already taken. */
const idTakenCode = "23505";

async function sendBatch(
  parts: PushParts,
  facts: readonly OutgoingFact[],
  before: string | null,
  isReachable: ReturnType<typeof createReachabilityCheck>,
  sentAgain: Map<string, string>,
): Promise<Outcome> {
  try {
    const updated = facts.map((one) => ({ ...one, shared: replaceResentIds(one.shared, sentAgain) }));
    return { hash: await sendRows(parts, updated, before), refused: [] };
  } catch (error) {
    if (!isRemoteFailure(error) || (error.kind !== "data" && error.kind !== "large")) throw error;
    if (error.code === idTakenCode) {
      const resent = await Promise.all(
        (await withTakenPlaces(parts, facts)).map((one) => resolveTakenId(one, isReachable, sentAgain)),
      );
      if (resent.some((one, index) => one !== facts[index])) return sendBatch(parts, resent, before, isReachable, sentAgain);
    }
    const [only, ...more] = facts;
    if (only === undefined || more.length > 0) return error.kind === "large" ? "slow" : "mixed";
    if (error.kind === "large") throw error;
    const hash = await sendRows(parts, [{ ...only, shared: withheldPlaceholder("refused") }], before);
    return { hash, refused: [refusalProblem(only.fact, error)] };
  }
}

/** Pairs facts with the other places where the team already has their ids. */
async function withTakenPlaces({ remote, team }: PushParts, facts: readonly OutgoingFact[]) {
  const places = await remote.placesOf(
    team,
    facts.map(({ fact }) => fact.id.toLowerCase()),
  );
  return facts.map((one) => {
    const place = places.get(one.fact.id.toLowerCase());
    const isItself = place?.device === one.fact.device && place.seq === one.fact.seq;
    return { one, place: isItself ? undefined : place };
  });
}

/**
 * Handles a fact that the team already has in another log, sent by a copy of this home. If it can be fetched there, nothing is
 * missing, and only its place is kept. If not, because that log is broken before it, it is sent again under another id.
 */
async function resolveTakenId(
  { one, place }: Awaited<ReturnType<typeof withTakenPlaces>>[number],
  isReachable: ReturnType<typeof createReachabilityCheck>,
  sentAgain: Map<string, string>,
): Promise<OutgoingFact> {
  if (place === undefined) return one;
  const { fact, shared } = one;
  if (await isReachable(place)) return { ...one, fact: { ...fact, id: idOfCopy(fact) }, shared: withheldPlaceholder("copied") };
  const id = resentId(fact.id);
  sentAgain.set(fact.id, id);
  return { ...one, fact: { ...fact, id }, shared: { ...shared, marks: ["again", ...shared.marks] } };
}

async function sendRows(
  { remote, team, hashOf }: PushParts,
  facts: readonly OutgoingFact[],
  before: string | null,
): Promise<string | null> {
  let hash = before;
  const rows = facts.map(({ fact, shared }) => {
    const sent = toOutgoingFact(fact, shared, hash, hashOf);
    hash = sent.hash;
    return { team_id: team, ...rowOf(sent) };
  });
  await remote.push(rows);
  return hash;
}

const refusalProblem = ({ device, seq, id, kind }: Fact, error: RemoteFailure): SyncProblem => ({
  kind: "refused",
  device,
  seq,
  message: `The server does not take fact ${seq} (${kind}, ${id}): ${error.message}`,
  hint: "It stays on this machine and the team sees only that it is missing; all other facts are sent. Check the fact with `reward-ledger verify`, and the server's limits.",
});

/** Returns at most `limit` of the rows that the next push would send, and their total number. */
export async function previewRows(
  parts: Omit<PushParts, "remote" | "team">,
  from: Sent,
  limit: number,
): Promise<Readonly<{ rows: readonly Readonly<Record<string, unknown>>[]; unsent: number; withheld: number }>> {
  const rows: Readonly<Record<string, unknown>>[] = [];
  let unsent = 0;
  let withheldCount = 0;
  let hash = from.hash;
  for await (const { fact, shared } of outgoingFacts(parts, from.cursor)) {
    const sent = toOutgoingFact(fact, shared, hash, parts.hashOf);
    hash = sent.hash;
    unsent += 1;
    if (sent.kind === withheldKind) withheldCount += 1;
    if (rows.length < limit) rows.push(rowOf(sent));
  }
  return { rows, unsent, withheld: withheldCount };
}
