import type { Cursor, Fact, PlacedFact } from "../domain/fact.ts";
import type { Ledger } from "../domain/ports.ts";
import type { SyncChoices, SyncProblem } from "../domain/sync.ts";
import { type HashOf, idOfCopy, outgoing, unreadable } from "./outgoing.ts";
import { batched } from "./plan.ts";
import { type Shared, share, withheld, withheldKind } from "./redact.ts";
import { isRemoteFailure, type Remote, type RemoteFailure, type RemoteHead } from "./remote.ts";
import { type FactRow, rowOf } from "./rows.ts";

/** How far a log was sent: the last fact, as it stands here, and the hash that it was sent with. */
export type Sent = Readonly<{ cursor: Cursor; hash: string | null }>;

export type PushParts = Readonly<{
  ledger: Ledger;
  remote: Remote;
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
  ledger: Ledger,
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
async function findOwn(ledger: Ledger, from: Cursor, seq: number, signal: AbortSignal | undefined): Promise<Own | null> {
  for await (const own of ownFacts(ledger, from, signal)) if (own.fact.seq === seq) return own;
  return null;
}

/** Whether the server's row is what a fact of the own log was sent as. */
export function isSent(row: FactRow | undefined, fact: Pick<Fact, "id" | "device" | "seq" | "hash">): boolean {
  if (row === undefined) return false;
  // What was sent as it is has to be as it is; of what was changed on its way, the id tells.
  if (row.extra?.["redacted"] === undefined) return row.id === fact.id.toLowerCase() && row.hash === fact.hash;
  return row.id === fact.id.toLowerCase() || row.id === idOfCopy(fact);
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
  const [row] = await remote.rows(team, device, head.seq, head.seq);
  return row?.hash === head.hash && isSent(row, own.fact) ? { cursor: own.after, hash: head.hash } : null;
}

/** What has been sent, told after each batch. */
export type OnSent = (sent: Sent, facts: number, refused: readonly SyncProblem[]) => Promise<void>;

/**
 * Sends the own facts after a place, in order and in batches. A fact that the server does not take is replaced by one that only
 * keeps its place, so that it holds up none of the others.
 * @throws RemoteFailure
 */
export async function pushFacts(parts: PushParts, from: Sent, onSent: OnSent): Promise<Sent> {
  const { ledger, signal } = parts;
  let sent = from;
  const places = new Map<number, Own>();
  async function* facts(): AsyncGenerator<Fact, void, undefined> {
    for await (const own of ownFacts(ledger, from.cursor, signal)) {
      places.set(own.fact.seq, own);
      yield own.fact;
    }
  }
  for await (const batch of batched(facts())) {
    signal?.throwIfAborted();
    const refused: SyncProblem[] = [];
    const hash = await sendBatch(parts, batch, sent.hash, refused, (fact) => places.get(fact.seq)?.lost === true);
    const last = batch.at(-1);
    const place = last === undefined ? undefined : places.get(last.seq);
    places.clear();
    if (place === undefined) continue;
    sent = { cursor: place.after, hash };
    await onSent(sent, batch.length, refused);
  }
  return sent;
}

/** SQLSTATE of a row whose id another one has. */
const idTaken = "23505";

/** Sends facts; halves what the server refuses until the fact is found that it means. @returns the hash of the last as sent */
async function sendBatch(
  parts: PushParts,
  facts: readonly Fact[],
  before: string | null,
  refused: SyncProblem[],
  isLost: (fact: Fact) => boolean,
): Promise<string | null> {
  try {
    return await sendAs(parts, facts, before, (fact) =>
      isLost(fact) ? withheld("unreadable") : share(fact, parts.choices, parts.secret),
    );
  } catch (error) {
    if (!isRemoteFailure(error) || error.kind !== "data") throw error;
    const [only, ...others] = facts;
    if (only !== undefined && others.length === 0) {
      // Of two homes that were one, one may have sent it in the log of another device id. Then the team has it: nothing is missing.
      if (error.code === idTaken) return sendAs(parts, [{ ...only, id: idOfCopy(only) }], before, () => withheld("copied"));
      const hash = await sendAs(parts, [only], before, () => withheld("refused"));
      refused.push(refusal(only, error));
      return hash;
    }
    const half = Math.ceil(facts.length / 2);
    const middle = await sendBatch(parts, facts.slice(0, half), before, refused, isLost);
    return sendBatch(parts, facts.slice(half), middle, refused, isLost);
  }
}

async function sendAs(
  { remote, team, hashOf }: PushParts,
  facts: readonly Fact[],
  before: string | null,
  shared: (fact: Fact) => Shared,
): Promise<string | null> {
  let hash = before;
  const rows = facts.map((fact) => {
    const sent = outgoing(fact, shared(fact), hash, hashOf);
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
  for await (const { fact, lost } of ownFacts(parts.ledger, from.cursor, parts.signal)) {
    const shared = lost ? withheld("unreadable") : share(fact, parts.choices, parts.secret);
    const sent = outgoing(fact, shared, hash, parts.hashOf);
    hash = sent.hash;
    unsent += 1;
    if (sent.kind === withheldKind) without += 1;
    if (rows.length < limit) rows.push(rowOf(sent));
  }
  return { rows, unsent, withheld: without };
}
