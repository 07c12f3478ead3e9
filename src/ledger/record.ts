import { futureTimes } from "../features/agent/model/times-ahead.ts";
import type { KnownContent } from "../features/facts/kinds.ts";
import { counted } from "../kernel/counted.ts";
import type { Draft, PlacedFact } from "../kernel/fact.ts";
import type { FactToApply } from "../ports/fact-index.ts";
import type { LogWriter } from "../ports/fact-log.ts";
import type { Clock, DeferredDraft, Logger, RecordOutcome } from "../ports/ports.ts";
import { createDraftDecider, type Decision, type DraftContext, type PendingDraft, prepareDraft } from "./drafts.ts";
import type { Engine } from "./engine.ts";
import type { Queue } from "./serial-queue.ts";

const maxBatchDrafts = 500;
/** Interval in ms at which a ledger that waits for the lock reads what others append. */
const followInterval = 25;
const maxBatchCharacters = 1024 * 1024;

/**
 * Serializes drafts and groups them into batches, each of which is one durable write: at most 500 drafts, and about 1 MiB unless
 * a single draft is larger. `together`: all drafts are one batch.
 */
export function* batchesOf(
  context: DraftContext,
  drafts: readonly (Draft | DeferredDraft)[],
  together: boolean,
): Generator<readonly PendingDraft[], void> {
  let batch: PendingDraft[] = [];
  let characters = 0;
  for (const draft of drafts) {
    const pending = prepareDraft(context, draft);
    const length = pending.state === "prepared" ? pending.length : 0;
    const isFull = batch.length === maxBatchDrafts || characters + length > maxBatchCharacters;
    if (!together && batch.length > 0 && isFull) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(pending);
    characters += length;
  }
  if (batch.length > 0) yield batch;
}

/** The outcome of each draft, once the accepted ones are durable. */
function outcomesOf(decisions: readonly Decision[], sealed: readonly PlacedFact[]): readonly RecordOutcome[] {
  const facts = new Map<number, PlacedFact>();
  const rest = sealed.values();
  decisions.forEach((decision, position) => {
    const fact = decision.state === "accepted" ? rest.next().value : undefined;
    if (fact !== undefined) facts.set(position, fact);
  });
  const factOf = (position: number): PlacedFact => {
    const fact = facts.get(position);
    if (fact === undefined) throw new TypeError(`draft ${position} has no fact`);
    return fact;
  };
  return decisions.map((decision, position): RecordOutcome => {
    switch (decision.state) {
      case "accepted":
        return { recorded: true, fact: factOf(position) };
      case "recorded":
        return { recorded: false, reason: "duplicate", existing: decision.place };
      case "repeats":
        return { recorded: false, reason: "duplicate", existing: factOf(decision.draft).place };
      case "refused":
        return { recorded: false, reason: "refused", error: decision.error };
      default:
        return decision satisfies never;
    }
  });
}

/** Maximum number of times that are reported individually. */
const maxReportedTimes = 3;

/** Warns about stated times of past events that lie ahead of the clock. They are recorded as stated. */
function warnTimesAhead(logger: Logger, contents: readonly KnownContent[], now: Date): void {
  const ahead = contents.flatMap((content) => ("store" in content ? futureTimes(content, now) : []));
  for (const { noun, column, value } of ahead.slice(0, maxReportedTimes)) {
    logger.warn(`${column} ${value} of the ${noun} lies in the future: it is ${now.toISOString()}. It counts from that time on.`);
  }
  const more = ahead.length - maxReportedTimes;
  if (more > 0) logger.warn(`${counted(more, "more time")} of this batch ${more === 1 ? "lies" : "lie"} in the future.`);
}

type RecordOptions = Readonly<{ signal?: AbortSignal | undefined; together?: boolean | undefined }>;

/**
 * Records one batch: under the lock it catches up, checks, seals, applies to the index, and writes. When it fails, the journal is
 * unchanged. The lock is taken before the queue is entered, so that queries never wait for a lock.
 */
export async function recordBatch(
  { engine, log, logger, clock, queue }: Readonly<{ engine: Engine; queue: Queue; clock: Clock }> & DraftContext,
  drafts: readonly PendingDraft[],
  { signal, together = false }: RecordOptions,
): Promise<readonly RecordOutcome[]> {
  // Loading and most of the catching up need no lock.
  await queue(() => engine.ready({ signal }));
  const underLock = async (writer: LogWriter): Promise<readonly RecordOutcome[]> => {
    const index = await engine.ready({ signal });
    const check = createDraftDecider(index, { log, logger });
    const decisions: Decision[] = [];
    for (const [position, pending] of drafts.entries()) decisions.push(await check(pending, position));
    const refusal = together ? decisions.find((one) => one.state === "refused") : undefined;
    if (refusal !== undefined)
      return outcomesOf(
        drafts.map(() => refusal),
        [],
      );
    const accepted = decisions.filter((one) => one.state === "accepted");
    const sealed = writer.seal(accepted.map(({ draft }) => draft));
    const toApply = sealed.map((placed, position): FactToApply => {
      const content = accepted[position]?.content;
      return content === undefined ? placed : { ...placed, content };
    });
    if (sealed.length > 0) await engine.record(index, toApply, () => writer.append(sealed));
    warnTimesAhead(
      logger,
      accepted.map(({ content }) => content),
      clock.now(),
    );
    return outcomesOf(decisions, sealed);
  };
  let reading = false;
  /** Catches up with other writers while waiting for the lock, so that less time is spent on it once the lock is held. */
  const follow = async (): Promise<void> => {
    if (reading) return;
    reading = true;
    // The read under the lock meets the same failure and reports it.
    await queue(() => engine.ready({ signal })).catch(() => undefined);
    reading = false;
  };
  const followTimer = setInterval(() => void follow(), followInterval);
  try {
    return await log.exclusively((writer) => {
      clearInterval(followTimer);
      return queue(() => underLock(writer));
    }, signal);
  } finally {
    clearInterval(followTimer);
  }
}
