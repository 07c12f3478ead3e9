import { setTimeout as after } from "node:timers";
import type { FactIndex } from "../ports/fact-index.ts";
import type { FactLog } from "../ports/fact-log.ts";
import type { Clock, Logger } from "../ports/ports.ts";
import type { Summary } from "../ports/summary.ts";
import { countFacts, type Engine } from "./engine.ts";
import type { Projections } from "./projections.ts";
import type { Queue } from "./serial-queue.ts";
import type { StoreFiles } from "./store-files.ts";
import { readIntactSummary, sameHeads, summarize, toSummaryHeads, writeSummary } from "./summary.ts";

/** Delay in ms from an append to the write of the summary. */
const summaryDelay = 100;
/** Time in ms without work after which a due checkpoint is written. */
const pauseDelay = 1_000;
/** Time in ms without work after which `idleFacts` pending facts are enough for a checkpoint. */
const idleDelay = 30_000;
const idleFacts = 64;
/** Maximum time in ms that `close` waits for the lock before it skips the final write. */
const closeTimeout = 2_000;

/**
 * Number of facts since the last checkpoint that make the next one due: a cold start applies at most about this many. It grows
 * with the store, so that the whole index is written rarely in relation to the facts that are added.
 */
export const checkpointThreshold = (facts: number): number => Math.max(512, Math.floor(facts / 200));

/**
 * The same limit for the end of a process, because the next process starts by applying these facts again. It is about the number
 * at which writing the index costs as much as applying the missing facts in all processes between two writes.
 */
export const closingThreshold = (facts: number): number => Math.max(16, Math.floor(facts / 2000));

/**
 * Keeps the files beside the journal up to date: `summary.json` soon after each append, the index at checkpoints. Both are
 * written while the writers' lock is held and after catching up, so that an older state never replaces a newer one.
 */
export interface Checkpointer {
  /** Called when facts may have been applied. Schedules the writes that are due, off the caller's path. */
  noticed(): void;
  /** Writes what is due (`force`: everything that is not on disk). @throws what the lock and the disk throw */
  checkpoint(options: Readonly<{ force: boolean; signal?: AbortSignal | undefined }>): Promise<void>;
  /** Cancels the timers and writes what is due if the lock is available soon. */
  close(): Promise<void>;
}

type Parts = Readonly<{
  home: string;
  files: StoreFiles;
  projections: Projections;
  engine: Engine;
  log: FactLog;
  queue: Queue;
  clock: Clock;
  logger: Logger;
  /** The index of the user's own facts, from which the summary is made. Call it only inside the queue. */
  mine(): Promise<FactIndex>;
}>;

export function createCheckpointer({ home, files, projections, engine, log, queue, clock, logger, mine }: Parts): Checkpointer {
  const timers = new Map<"summary" | "pause" | "idle", NodeJS.Timeout>();
  /** The heads that `summary.json` counts; undefined until the file is read, null when there is none that can be kept. */
  let summarized: Summary["heads"] | "newer" | null | undefined;
  /**
   * `engine.builds()` of the index that the summary was made from; until one is written, the value of an index loaded from its
   * file.
   */
  let summarizedBuild = 0;

  const indexIsDue = (minFacts: number): boolean => engine.isChanged() || engine.pending() >= Math.max(1, minFacts);
  const dueFacts = (): number => checkpointThreshold(countFacts(engine.heads()));

  const summaryIsDue = async (): Promise<boolean> => {
    if (summarized === undefined) {
      const found = await readIntactSummary(files, home, logger.warn);
      // A summary of a version without `spend` is written again.
      summarized = found === "newer" ? found : found?.spend === undefined ? null : found.heads;
    }
    const heads = toSummaryHeads(engine.heads());
    // A summary of a newer version is left alone. A home without facts is not created only for a summary.
    if (summarized === "newer" || heads.length === 0) return false;
    return summarized === null || summarizedBuild !== engine.builds() || !sameHeads(heads, summarized);
  };

  const saveSummary = async (index: FactIndex): Promise<void> => {
    const content = summarize((await mine()).queries(), index.heads(), clock.now());
    await writeSummary(files, home, content);
    summarized = content.heads;
    summarizedBuild = engine.builds();
  };

  /** @param minFacts minimum number of pending facts for which the index is written; undefined: the index is not written */
  const write = async (minFacts: number | undefined, signal?: AbortSignal): Promise<void> => {
    const filesAreDue = async (): Promise<boolean> => {
      const index = engine.present();
      return index !== undefined && (await projections.isDue(index));
    };
    const isDue = async (): Promise<boolean> =>
      (minFacts !== undefined && indexIsDue(minFacts)) || (await summaryIsDue()) || (await filesAreDue());
    if (!(await queue(isDue))) return;
    const underLock = async (): Promise<void> => {
      // While this waited for the lock, another process may have written it, or the ledger may have been closed.
      if (!(await isDue())) return;
      const index = await engine.ready({ signal });
      if (await summaryIsDue()) await saveSummary(index);
      if (await filesAreDue()) await projections.settle(index);
      if (minFacts !== undefined && indexIsDue(minFacts)) await engine.save(index);
    };
    await log.exclusively(() => queue(underLock), signal);
  };

  /** Runs a background write. A failure is only logged: the files are derived data and the write is tried again later. */
  const tryWrite = (what: string, work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => {
      logger.warn(`${what} was put off: ${error instanceof Error ? error.message : String(error)}`);
    });

  const schedule = (name: "summary" | "pause" | "idle", delay: number, work: () => Promise<void>): void => {
    clearTimeout(timers.get(name));
    const timer = after(() => {
      timers.delete(name);
      void tryWrite(name === "summary" ? "Writing the summary" : "Writing the index", work);
    }, delay);
    timer.unref();
    timers.set(name, timer);
  };

  return {
    noticed() {
      if (!timers.has("summary")) schedule("summary", summaryDelay, () => write(undefined));
      if (engine.pending() === 0 && !engine.isChanged()) return;
      schedule("pause", pauseDelay, () => write(dueFacts()));
      schedule("idle", idleDelay, () => write(idleFacts));
    },
    checkpoint: ({ force, signal }) => write(force ? 1 : dueFacts(), signal),
    async close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      await tryWrite("Writing index and summary", () =>
        write(closingThreshold(countFacts(engine.heads())), AbortSignal.timeout(closeTimeout)),
      );
    },
  };
}
