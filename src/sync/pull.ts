import { LedgerError } from "../domain/errors.ts";
import type { Cursor, Fact } from "../domain/fact.ts";
import type { Ledger } from "../domain/ports.ts";
import type { OnProgress } from "../domain/progress.ts";
import type { SyncProblem } from "../domain/sync.ts";
import type { HashOf } from "./outgoing.ts";
import { gapIn, pagesOf, pullStep, type Range, soundPrefix } from "./plan.ts";
import type { Remote, RemoteHead } from "./remote.ts";
import { factOf } from "./rows.ts";

export type PullParts = Readonly<{
  ledger: Ledger;
  remote: Remote;
  team: string;
  hashOf: HashOf;
  signal: AbortSignal | undefined;
  onProgress: OnProgress | undefined;
  /** Devices that are not to be looked at, with what stopped them. */
  held: ReadonlyMap<string, SyncProblem>;
  /** Told of facts that were taken: they stand, whatever becomes of the rest. */
  onTaken: (facts: number) => void;
}>;

/** Pages that are asked for ahead of the one that is taken in. */
const pagesAhead = 3;

const forkHint =
  "A home that was copied to another machine writes under the same id. On the machine that should go on under an id of its own, run `reward-ledger sync now --new-device`.";

/** Two logs under one device id. */
export const forkProblem = (device: string, seq: number): SyncProblem => ({
  kind: "fork",
  device,
  seq,
  message: `Fact ${seq} of device ${device} is another one here than on the server; this device's log is not synced any further`,
  hint: forkHint,
});

/** A log under an id that this home has had before, whose continuation does not fit what is here. Nothing waits for it. */
const partedProblem = (device: string, seq: number): SyncProblem => ({
  kind: "unreadable",
  device,
  seq,
  message: `Device ${device}, which this home was before, goes on after fact ${seq} with facts that do not fit what is here`,
  hint: "They stay on the server and on the machine that goes on under that id. Should the team lack what this home recorded under it: `reward-ledger sync now --new-device`.",
});

const chainProblem = (device: string, seq: number, reason: string): SyncProblem => ({
  kind: "chain",
  device,
  seq,
  message: `Fact ${seq} of device ${device} cannot be taken: ${reason}`,
  hint: "What came before it stands, and other devices are not affected. Ask the owner of that device to run `reward-ledger verify` and `reward-ledger sync status` there.",
});

/** A page with all facts that the server has of it, which may give fewer at a time than were asked for. */
async function fetchPage({ remote, team, signal }: PullParts, page: Range): Promise<readonly (Fact | null)[]> {
  const facts: (Fact | null)[] = [];
  for (let from = page.from; from <= page.to; ) {
    signal?.throwIfAborted();
    const rows = await remote.rows(team, page.device, from, page.to);
    const last = rows.at(-1);
    if (last === undefined) break;
    facts.push(...rows.map(factOf));
    from = last.seq + 1;
  }
  return facts;
}

/** Fetches pages in order, a few of them ahead. */
async function* fetched(
  parts: PullParts,
  pages: readonly Range[],
): AsyncGenerator<Readonly<{ page: Range; facts: readonly (Fact | null)[] }>, void, undefined> {
  const running: Promise<readonly (Fact | null)[]>[] = [];
  const start = (index: number): void => {
    const page = pages[index];
    if (page === undefined) return;
    const request = fetchPage(parts, page);
    // Whoever awaits the page gets its failure; until then it must not count as unhandled.
    request.catch(() => undefined);
    running[index] = request;
  };
  for (let index = 0; index < pagesAhead; index += 1) start(index);
  for (const [index, page] of pages.entries()) {
    const facts = await running[index];
    start(index + pagesAhead);
    if (facts !== undefined) yield { page, facts };
  }
}

/**
 * Takes what the team has of one device beyond what is here. A gap or a fact that does not continue the log stops this device;
 * what came before it stands.
 */
async function pullDevice(
  parts: PullParts,
  range: Range,
  end: Readonly<{ seq: number; hash: string | null }>,
  told: (facts: number) => void,
): Promise<readonly SyncProblem[]> {
  const { ledger, hashOf, signal } = parts;
  const { device } = range;
  let last = end;
  const take = async (facts: readonly Fact[]): Promise<void> => {
    const count = await ledger.take(device, facts, signal);
    told(count);
    last = facts.at(-1) ?? last;
  };
  for await (const { page, facts: found } of fetched(parts, pagesOf(range))) {
    const unreadable = found.indexOf(null);
    const facts = found.flatMap((fact) => fact ?? []).slice(0, unreadable === -1 ? undefined : unreadable);
    const gap = gapIn(page, facts);
    const whole = gap === null ? facts : facts.filter(({ seq }) => seq < gap);
    try {
      await take(whole);
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code !== "foreign_refused") throw error;
      const sound = whole.slice(0, soundPrefix(last, whole, hashOf));
      await take(sound);
      return [chainProblem(device, (sound.at(-1)?.seq ?? last.seq) + 1, error.message)];
    }
    if (gap !== null) {
      const reason = unreadable === -1 ? "the server does not have it" : "the server's row is no fact";
      return [chainProblem(device, gap, reason)];
    }
  }
  return [];
}

/**
 * Takes what the team has and this home does not, device by device. Of this device it takes facts only where they continue its
 * log: a home that was put back to an earlier state gets back what it had sent.
 * @throws RemoteFailure, and what writing the journal throws
 */
export async function pullFacts(parts: PullParts, heads: readonly RemoteHead[]): Promise<readonly SyncProblem[]> {
  const { ledger, remote, team, onProgress, signal, held } = parts;
  const earlier = new Set(ledger.earlier());
  const otherwise = (device: string, seq: number): SyncProblem =>
    earlier.has(device) ? partedProblem(device, seq) : forkProblem(device, seq);
  const here = new Map((await ledger.heads()).map((cursor) => [cursor.device, cursor]));
  const problems: SyncProblem[] = [];
  const ranges: Readonly<{ range: Range; have: Cursor | undefined }>[] = [];
  for (const head of heads) {
    const have = here.get(head.device);
    // What this device has sent may differ from what it has, where something was redacted: its own log is compared when sending.
    if (head.device === ledger.device.id && head.seq <= (have?.seq ?? 0)) continue;
    const stopped = held.get(head.device);
    if (stopped !== undefined) {
      problems.push(stopped);
      continue;
    }
    const step = pullStep(head, have);
    if (step.do === "report") problems.push(otherwise(step.device, step.seq));
    if (step.do === "fetch") ranges.push({ range: step.range, have });
  }
  const total = ranges.reduce((sum, { range }) => sum + range.to - range.from + 1, 0);
  let facts = 0;
  for (const { range, have } of ranges) {
    signal?.throwIfAborted();
    const end = { seq: have?.seq ?? 0, hash: have?.hash ?? null };
    const [first] = await remote.rows(team, range.device, range.from, range.from);
    if (first !== undefined && first.prev !== end.hash) {
      problems.push(otherwise(range.device, end.seq));
      continue;
    }
    const stopped = await pullDevice(parts, range, end, (count) => {
      facts += count;
      parts.onTaken(count);
      onProgress?.({ done: facts, total, message: "Fetching" });
    });
    problems.push(...stopped);
  }
  return problems;
}
