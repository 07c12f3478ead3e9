import type { Fact } from "../kernel/fact.ts";
import { LedgerError } from "../kernel/ledger-error.ts";
import type { OnProgress } from "../kernel/progress.ts";
import type { Ledger } from "../ports/ports.ts";
import type { SyncProblem } from "../ports/sync.ts";
import { gapIn, pullStep, type Range, validPrefixLength } from "./batching.ts";
import { fetchPages } from "./fetch-pages.ts";
import type { HashOf } from "./rechain.ts";
import { isRemoteFailure, type Remote, type RemoteHead } from "./remote.ts";

export type PullParts = Readonly<{
  ledger: Ledger;
  remote: Remote;
  team: string;
  hashOf: HashOf;
  signal: AbortSignal | undefined;
  onProgress: OnProgress | undefined;
  /** Devices to skip, with the problem that stopped them. */
  held: ReadonlyMap<string, SyncProblem>;
  /** Called with the number of facts appended; these stay, even if later ones fail. */
  onTaken: (facts: number) => void;
  /** Returns the owner of a device, for messages; null if unknown. */
  memberOf: (device: string) => string | null;
}>;

const forkHint =
  "A home that was copied to another machine writes under the same id. On the machine that should go on under an id of its own, run `reward-ledger sync now --new-device`.";

/** Problem: two logs use the same device id. */
export const forkProblem = (device: string, seq: number): SyncProblem => ({
  kind: "fork",
  device,
  seq,
  message: `Fact ${seq} of device ${device} is another one here than on the server; this device's log is not synced any further`,
  hint: forkHint,
});

/** Problem: the server's log of a former device id of this home does not continue the local one. It blocks nothing. */
const divergedProblem = (device: string, seq: number): SyncProblem => ({
  kind: "unreadable",
  device,
  seq,
  message: `Device ${device}, which this home was before, goes on after fact ${seq} with facts that do not fit what is here`,
  hint: "They stay on the server and on the machine that goes on under that id. Should the team lack what this home recorded under it: `reward-ledger sync now --new-device`.",
});

const chainProblem = (device: string, member: string | null, seq: number, reason: string): SyncProblem => ({
  kind: "chain",
  device,
  seq,
  message: `Fact ${seq} of device ${device}${member === null ? "" : ` (${member})`} cannot be fetched: ${reason}`,
  hint: "Earlier facts still count, and other devices are not affected. Ask the owner of that device to run `reward-ledger verify` and `reward-ledger sync status` there.",
});

/**
 * Fetches and appends the facts of one device that are missing here. Stops at a gap, at a row that is not a valid fact, or at a
 * fact that does not continue the log; facts before it stay.
 * @returns the first fact that was not appended, and why; null if all were
 */
async function pullDevice(
  parts: PullParts,
  range: Range,
  end: Readonly<{ seq: number; hash: string | null }>,
  onAppended: (facts: number) => void,
): Promise<Readonly<{ seq: number; reason: string }> | null> {
  const { ledger, hashOf, signal } = parts;
  const { device } = range;
  let last = end;
  const append = async (facts: readonly Fact[]): Promise<void> => {
    const count = await ledger.take(device, facts, signal);
    onAppended(count);
    last = facts.at(-1) ?? last;
  };
  for await (const { page, facts, fault } of fetchPages(parts, range)) {
    const gap = gapIn(page, facts);
    const beforeGap = gap === null ? facts : facts.filter(({ seq }) => seq < gap);
    try {
      await append(beforeGap);
    } catch (error) {
      if (!(error instanceof LedgerError) || error.code !== "foreign_refused") throw error;
      const valid = beforeGap.slice(0, validPrefixLength(last, beforeGap, hashOf));
      await append(valid);
      return { seq: last.seq + 1, reason: error.message };
    }
    if (gap !== null) return { seq: gap, reason: fault ?? "the server does not have it" };
  }
  return null;
}

type PlannedRange = Readonly<{ range: Range; end: Readonly<{ seq: number; hash: string | null }> }>;

/**
 * Fetches and appends the facts that the team has and this home lacks, device by device. This device's own facts are included if
 * they continue its log, so that a home restored to an earlier state gets back what it had sent. A problem of one device does not
 * stop the others.
 * @throws RemoteFailure, and what writing the journal throws
 */
export async function pullFacts(parts: PullParts, heads: readonly RemoteHead[]): Promise<readonly SyncProblem[]> {
  const { ledger, onProgress, signal, held } = parts;
  const localHeads = new Map((await ledger.heads()).map((cursor) => [cursor.device, cursor]));
  const problems: SyncProblem[] = [];
  const planned: PlannedRange[] = [];
  for (const head of heads) {
    const localHead = localHeads.get(head.device);
    // Facts sent by this device may differ from the local ones due to redaction; the own log is compared when sending.
    if (head.device === ledger.device.id && head.seq <= (localHead?.seq ?? 0)) continue;
    const stopped = held.get(head.device);
    const step = pullStep(head, localHead);
    if (stopped !== undefined) problems.push(stopped);
    else if (step.do === "report") problems.push(mismatchProblem(ledger, step.device, step.seq));
    else if (step.do === "fetch")
      planned.push({ range: step.range, end: { seq: localHead?.seq ?? 0, hash: localHead?.hash ?? null } });
  }
  const total = planned.reduce((sum, { range }) => sum + range.to - range.from + 1, 0);
  let facts = 0;
  for (const plan of planned) {
    signal?.throwIfAborted();
    const problem = await pullPlanned(parts, plan, (count) => {
      facts += count;
      parts.onTaken(count);
      onProgress?.({ done: facts, total, message: "Fetching" });
    });
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

const mismatchProblem = (ledger: Ledger, device: string, seq: number): SyncProblem =>
  ledger.earlier().includes(device) ? divergedProblem(device, seq) : forkProblem(device, seq);

/** Fetches the planned range of one device. @returns the problem that stopped it */
async function pullPlanned(
  parts: PullParts,
  { range, end }: PlannedRange,
  onAppended: (facts: number) => void,
): Promise<SyncProblem | null> {
  const { ledger, remote, team, memberOf } = parts;
  const { device } = range;
  try {
    const [first] = await remote.rows(team, device, range.from, range.from);
    if (first?.row && first.row.prev !== end.hash) return mismatchProblem(ledger, device, end.seq);
    const stopped = await pullDevice(parts, range, end, onAppended);
    return stopped === null ? null : chainProblem(device, memberOf(device), stopped.seq, stopped.reason);
  } catch (error) {
    // A failure specific to these rows must not stop other devices.
    if (!isRemoteFailure(error) || (error.kind !== "data" && error.kind !== "large")) throw error;
    return chainProblem(device, memberOf(device), end.seq + 1, error.message);
  }
}
