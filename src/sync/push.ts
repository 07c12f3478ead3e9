import type { Cursor, Fact, PlacedFact } from "../kernel/fact.ts";
import type { Ledger } from "../ports/ports.ts";
import type { SyncChoices, SyncProblem } from "../ports/sync.ts";
import { batched, batchFacts } from "./batching.ts";
import { namedAgain, namingAgain } from "./name-again.ts";
import { type HashOf, idOfCopy, idSentAgain, outgoing, unreadable } from "./rechain.ts";
import { type Shared, sharing, withheld, withheldKind } from "./redact.ts";
import { isRemoteFailure, type Remote, type RemoteFailure, type RemoteHead } from "./remote.ts";
import { type ReadRow, rowOf } from "./rows.ts";
import { reachable } from "./server-chain.ts";

/** How far a log was sent: the last fact, as it stands here, and the hash that it was sent with. */
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

/** One fact of the own log, with the place after it; `lost` stands for one that cannot be read any more. */
type Own = Readonly<{ fact: Fact; after: Cursor; lost: boolean }>;

export const startOf = (device: string): Cursor => ({ device, seq: 0, hash: null, segment: 1, offset: 0 });

const afterOf = ({ fact, place }: PlacedFact): Cursor => ({
  device: fact.device,
  seq: fact.seq,
  hash: fact.hash,
  segment: place.segment,
  offset: place.offset + place.length + 1,
});

/**
 * The facts of the own log after a place, without gaps: what damage has taken is stood in for. A log that does not fit the place
 * any more is read from its start.
 */
export async function* ownFacts(
  ledger: Pick<Ledger, "readDevice">,
  from: Cursor,
  signal: AbortSignal | undefined,
): AsyncGenerator<Own, void, undefined> {
  let last = from;
  for await (const chunk of ledger.readDevice(from, signal)) {
    if (chunk.rewound) last = startOf(from.device);
    for (const placed of chunk.facts) {
      for (let seq = last.seq + 1; seq < placed.fact.seq; seq += 1) {
        yield { fact: unreadable(from.device, seq, placed.fact.at), after: { ...last, seq }, lost: true };
      }
      if (placed.fact.seq <= last.seq) continue;
      last = afterOf(placed);
      yield { fact: placed.fact, after: last, lost: false };
    }
  }
}

/** The place of a fact in the own log, and its id; null when the log does not reach so far. */
async function findOwn(
  ledger: PushParts["ledger"],
  from: Cursor,
  seq: number,
  signal: AbortSignal | undefined,
): Promise<Own | null> {
  for await (const own of ownFacts(ledger, from, signal)) if (own.fact.seq === seq) return own;
  return null;
}

type OwnFact = Pick<Fact, "id" | "device" | "seq" | "hash">;

/** Whether an id is one that a fact of the own log may have been sent under. */
export const isIdOf = (id: string, fact: OwnFact): boolean =>
  id === fact.id.toLowerCase() || id === idOfCopy(fact) || id === idSentAgain(fact.id);

/** Whether the server's row is what a fact of the own log was sent as. */
export function isSent({ row }: ReadRow, fact: OwnFact): boolean {
  if (row === null) return false;
  // What was sent as it is has to be as it is; of what was changed on its way, the id tells.
  if (row.extra?.["redacted"] === undefined) return row.id === fact.id.toLowerCase() && row.hash === fact.hash;
  return isIdOf(row.id, fact);
}

/**
 * Where to go on sending a log, by what the server has: null when what it has under the device's id is not this log.
 * `known` is what an earlier sync remembered; without it, or when the server knows more than it, the log is compared again.
 */
export async function resumeAt(
  { ledger, remote, team, signal }: PushParts,
  device: string,
  head: RemoteHead | undefined,
  known: Sent | null,
): Promise<Sent | null> {
  const nothingSent: Sent = { cursor: startOf(device), hash: null };
  if (head === undefined || head.seq === 0) return nothingSent;
  if (known !== null && known.cursor.seq === head.seq && known.hash === head.hash) return known;
  const from = known !== null && known.cursor.seq < head.seq ? known.cursor : nothingSent.cursor;
  const own = await findOwn(ledger, from, head.seq, signal);
  if (own === null) return null;
  const [found] = await remote.rows(team, device, head.seq, head.seq);
  return found?.row?.hash === head.hash && isSent(found, own.fact) ? { cursor: own.after, hash: head.hash } : null;
}

/** A fact as it is to leave, without the data that stay here, and the place after it. */
type Leaving = Readonly<{ fact: Fact; shared: Shared; after: Cursor }>;

async function* leaving(parts: Pick<PushParts, "ledger" | "choices" | "secret" | "signal">, from: Cursor) {
  const share = sharing(parts.choices, parts.secret);
  for await (const { fact, after, lost } of ownFacts(parts.ledger, from, parts.signal)) {
    const shared = lost ? withheld("unreadable") : share(fact);
    yield { fact: { ...fact, data: shared.fact.data }, shared, after } satisfies Leaving;
  }
}

const charactersOf = ({ shared }: Leaving): number => JSON.stringify(shared.fact.data).length + 400;

/** What has been sent, told after each request. */
export type OnSent = (sent: Sent, facts: number, refused: readonly SyncProblem[]) => Promise<void>;

/**
 * What became of a request: sent, with the hash of the last fact as it was sent; `slow`: too much for the server's time limit;
 * `mixed`: something among the facts is not taken.
 */
type Outcome = Readonly<{ hash: string | null; refused: readonly SyncProblem[] }> | "slow" | "mixed";

/**
 * Sends the own facts after a place, in order and in batches. A batch that the server does not take is halved until it does, and the
 * next ones grow again; a fact that it does not take alone is replaced by one that only keeps its place, so that it holds up none of
 * the others.
 * @throws RemoteFailure
 */
export async function pushFacts(parts: PushParts, from: Sent, onSent: OnSent): Promise<Sent> {
  const isReachable = reachable(parts.remote, parts.team);
  const sentAgain = new Map<string, string>();
  let sent = from;
  const most = { slow: batchFacts, mixed: batchFacts };
  for await (const batch of batched(leaving(parts, from.cursor), charactersOf)) {
    for (let rest = batch; rest.length > 0; ) {
      parts.signal?.throwIfAborted();
      const some = rest.slice(0, Math.min(most.slow, most.mixed));
      for (const [id, again] of await namedAgain(
        parts,
        some.map(({ shared }) => shared),
      ))
        sentAgain.set(id, again);
      const outcome = await sendSome(parts, some, sent.hash, isReachable, sentAgain);
      const last = some.at(-1);
      if (typeof outcome === "string" || last === undefined) {
        if (typeof outcome === "string") most[outcome] = Math.ceil(some.length / 2);
        continue;
      }
      // What was sent is noted before anything else is: sent a second time in another form, it would break the chain.
      sent = { cursor: last.after, hash: outcome.hash };
      rest = rest.slice(some.length);
      most.mixed = Math.min(2 * most.mixed, batchFacts);
      // Each try beyond the time limit costs that time.
      most.slow = Math.min(most.slow + Math.ceil(most.slow / 8), batchFacts);
      await onSent(sent, some.length, outcome.refused);
    }
  }
  return sent;
}

/** SQLSTATE of a row whose id another one has. */
const idTaken = "23505";

async function sendSome(
  parts: PushParts,
  some: readonly Leaving[],
  before: string | null,
  isReachable: ReturnType<typeof reachable>,
  sentAgain: Map<string, string>,
): Promise<Outcome> {
  try {
    const named = some.map((one) => ({ ...one, shared: namingAgain(one.shared, sentAgain) }));
    return { hash: await sendAs(parts, named, before), refused: [] };
  } catch (error) {
    if (!isRemoteFailure(error) || (error.kind !== "data" && error.kind !== "large")) throw error;
    if (error.code === idTaken) {
      const others = await Promise.all((await withTaken(parts, some)).map((one) => underAnotherId(one, isReachable, sentAgain)));
      if (others.some((one, index) => one !== some[index])) return sendSome(parts, others, before, isReachable, sentAgain);
    }
    const [only, ...more] = some;
    if (only === undefined || more.length > 0) return error.kind === "large" ? "slow" : "mixed";
    if (error.kind === "large") throw error;
    const hash = await sendAs(parts, [{ ...only, shared: withheld("refused") }], before);
    return { hash, refused: [refusal(only.fact, error)] };
  }
}

/** Facts with the places where the team has others with their ids. */
async function withTaken({ remote, team }: PushParts, some: readonly Leaving[]) {
  const places = await remote.placesOf(
    team,
    some.map(({ fact }) => fact.id.toLowerCase()),
  );
  return some.map((one) => {
    const place = places.get(one.fact.id.toLowerCase());
    const isItself = place?.device === one.fact.device && place.seq === one.fact.seq;
    return { one, place: isItself ? undefined : place };
  });
}

/**
 * A fact that the team has in another log. Of two homes that were one, one may have sent it: then nothing is missing, and only its
 * place is kept. Where nobody can take it from there, because that log is broken before it, it is sent again under another id.
 */
async function underAnotherId(
  { one, place }: Awaited<ReturnType<typeof withTaken>>[number],
  isReachable: ReturnType<typeof reachable>,
  sentAgain: Map<string, string>,
): Promise<Leaving> {
  if (place === undefined) return one;
  const { fact, shared } = one;
  if (await isReachable(place)) return { ...one, fact: { ...fact, id: idOfCopy(fact) }, shared: withheld("copied") };
  const id = idSentAgain(fact.id);
  sentAgain.set(fact.id, id);
  return { ...one, fact: { ...fact, id }, shared: { ...shared, marks: ["again", ...shared.marks] } };
}

async function sendAs(
  { remote, team, hashOf }: PushParts,
  some: readonly Leaving[],
  before: string | null,
): Promise<string | null> {
  let hash = before;
  const rows = some.map(({ fact, shared }) => {
    const sent = outgoing(fact, shared, hash, hashOf);
    hash = sent.hash;
    return { team_id: team, ...rowOf(sent) };
  });
  await remote.push(rows);
  return hash;
}

const refusal = ({ device, seq, id, kind }: Fact, error: RemoteFailure): SyncProblem => ({
  kind: "refused",
  device,
  seq,
  message: `The server does not take fact ${seq} (${kind}, ${id}): ${error.message}`,
  hint: "It stays on this machine and the team sees only that it is missing; all other facts are sent. Check the fact with `reward-ledger verify`, and the server's limits.",
});

/** The rows that the next push would send, at most `limit` of them, and how many there are in all. */
export async function previewRows(
  parts: Omit<PushParts, "remote" | "team">,
  from: Sent,
  limit: number,
): Promise<Readonly<{ rows: readonly Readonly<Record<string, unknown>>[]; unsent: number; withheld: number }>> {
  const rows: Readonly<Record<string, unknown>>[] = [];
  let unsent = 0;
  let without = 0;
  let hash = from.hash;
  for await (const { fact, shared } of leaving(parts, from.cursor)) {
    const sent = outgoing(fact, shared, hash, parts.hashOf);
    hash = sent.hash;
    unsent += 1;
    if (sent.kind === withheldKind) without += 1;
    if (rows.length < limit) rows.push(rowOf(sent));
  }
  return { rows, unsent, withheld: without };
}
