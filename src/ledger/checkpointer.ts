import { setTimeout as after } from "node:timers";
import type { FactIndex } from "../ports/fact-index.ts";
import type { FactLog } from "../ports/fact-log.ts";
import type { Clock, Logger } from "../ports/ports.ts";
import type { Summary } from "../ports/summary.ts";
import { type Engine, factsOf } from "./engine.ts";
import type { Projections } from "./projections.ts";
import type { Queue } from "./serial-queue.ts";
import type { StoreFiles } from "./store-files.ts";
import { headsOf, readSoundSummary, sameHeads, summarize, writeSummary } from "./summary.ts";

/** The summary follows an append within this time, ms. */
const summaryDelay = 100;
/** Work is over for the moment after this time without any, ms. */
const pauseDelay = 1_000;
/** After this time without work also a few facts are worth a checkpoint, ms. */
const idleDelay = 30_000;
const idleFacts = 64;
/** How long the end of a process waits for the lock to leave things tidy, ms. */
const patience = 2_000;

/**
 * So many facts since the last checkpoint make the next: a cold start applies at most about this many. It grows with the store, so
 * that the writing of the whole index stays rare against the facts that call for it.
 */
export const checkpointFacts = (facts: number): number => Math.max(512, Math.floor(facts / 200));

/**
 * The same at the end of a process, where the next one begins by applying them again: about where writing the index costs as much as
 * applying what it lacks, over the processes between two writes.
 */
export const closingFacts = (facts: number): number => Math.max(16, Math.floor(facts / 2000));

/**
 * Keeps the files beside the journal: `summary.json` soon after each append, the index at checkpoints. Both are written while the
 * writers' lock is held and after catching up, so that an older state never replaces a newer one.
 */
export interface Upkeep {
  /** Tells that facts may have been applied. Starts what is due, off the caller's path. */
  noticed(): void;
  /** Writes what is due (`force`: whatever is not on disk). @throws what the lock and the disk throw */
  checkpoint(options: Readonly<{ force: boolean; signal?: AbortSignal | undefined }>): Promise<void>;
  /** Leaves things tidy at the end, if that can be done soon. */
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
  /** The index of the user's own facts, which the summary is made of. Part of the queue. */
  mine(): Promise<FactIndex>;
}>;

export function upkeepOf({ home, files, projections, engine, log, queue, clock, logger, mine }: Parts): Upkeep {
  const timers = new Map<"summary" | "pause" | "idle", NodeJS.Timeout>();
  /** What `summary.json` counts; undefined before it was looked at, null when there is none. */
  let summarized: Summary["heads"] | "newer" | null | undefined;
  /** The build of the index that it was made of; before it was looked at, that of an index file. */
  let summarizedBuild = 0;

  const indexIsDue = (least: number): boolean => engine.isChanged() || engine.pending() >= Math.max(1, least);
  const dueFacts = (): number => checkpointFacts(factsOf(engine.heads()));

  const summaryIsDue = async (): Promise<boolean> => {
    if (summarized === undefined) {
      const found = await readSoundSummary(files, home, logger.warn);
      // One of a version that kept no spending is written again.
      summarized = found === "newer" ? found : found?.spend === undefined ? null : found.heads;
    }
    const heads = headsOf(engine.heads());
    // A summary of a newer version is left alone, and a home without facts is not made only to say so.
    if (summarized === "newer" || heads.length === 0) return false;
    return summarized === null || summarizedBuild !== engine.builds() || !sameHeads(heads, summarized);
  };

  const saveSummary = async (index: FactIndex): Promise<void> => {
    const content = summarize((await mine()).queries(), index.heads(), clock.now());
    await writeSummary(files, home, content);
    summarized = content.heads;
    summarizedBuild = engine.builds();
  };

  /** @param leastFacts how many pending facts are worth writing the index; undefined: the summary only */
  const write = async (leastFacts: number | undefined, signal?: AbortSignal): Promise<void> => {
    const filesAreDue = async (): Promise<boolean> => {
      const index = engine.present();
      return index !== undefined && (await projections.isDue(index));
    };
    const isDue = async (): Promise<boolean> =>
      (leastFacts !== undefined && indexIsDue(leastFacts)) || (await summaryIsDue()) || (await filesAreDue());
    if (!(await queue(isDue))) return;
    const underLock = async (): Promise<void> => {
      // While this waited for the lock, others may have done it, or the ledger may have been closed.
      if (!(await isDue())) return;
      const index = await engine.ready({ signal });
      if (await summaryIsDue()) await saveSummary(index);
      if (await filesAreDue()) await projections.settle(index);
      if (leastFacts !== undefined && indexIsDue(leastFacts)) await engine.save(index);
    };
    await log.exclusively(() => queue(underLock), signal);
  };

  /** In the background nobody waits for the outcome: what could not be written is derived data and is tried again later. */
  const tryTo = (what: string, work: () => Promise<void>): Promise<void> =>
    work().catch((error: unknown) => {
      logger.warn(`${what} was put off: ${error instanceof Error ? error.message : String(error)}`);
    });

  const start = (name: "summary" | "pause" | "idle", delay: number, work: () => Promise<void>): void => {
    clearTimeout(timers.get(name));
    const timer = after(() => {
      timers.delete(name);
      void tryTo(name === "summary" ? "Writing the summary" : "Writing the index", work);
    }, delay);
    timer.unref();
    timers.set(name, timer);
  };

  return {
    noticed() {
      if (!timers.has("summary")) start("summary", summaryDelay, () => write(undefined));
      if (engine.pending() === 0 && !engine.isChanged()) return;
      start("pause", pauseDelay, () => write(dueFacts()));
      start("idle", idleDelay, () => write(idleFacts));
    },
    checkpoint: ({ force, signal }) => write(force ? 1 : dueFacts(), signal),
    async close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      await tryTo("Writing index and summary", () => write(closingFacts(factsOf(engine.heads())), AbortSignal.timeout(patience)));
    },
  };
}
