import { noTeam, type Team } from "../features/reviews/model/resets-in-force.ts";
import { cancelled } from "../kernel/errors.ts";
import type { FactIndex, IndexFactory } from "../ports/fact-index.ts";
import type { FactLog } from "../ports/fact-log.ts";
import type { Clock, Ledger, Logger, OwnerScope, RecordOutcome } from "../ports/ports.ts";
import { createCheckpointer } from "./checkpointer.ts";
import { createDeviceIndexCache } from "./device-index-cache.ts";
import { countFacts, createEngine, cursorsOf } from "./engine.ts";
import { createIndexFile } from "./index-file.ts";
import { lazyProjections } from "./lazy-projections.ts";
import { createQueue } from "./serial-queue.ts";
import { type StoreFiles, storeFiles } from "./store-files.ts";
import { missingProblem, totalProblem } from "./store-problems.ts";
import { currentSummary, findSummaryMismatch } from "./summary.ts";

export type LedgerOptions = Readonly<{
  home: string;
  log: FactLog;
  indexes: IndexFactory;
  clock: Clock;
  logger: Logger;
  /** The files beside the journal; by default those of this machine. */
  files?: StoreFiles;
  /** The other people whose facts are here because a team shares them, and the team's resets. Default: none. */
  team?: () => Promise<Team>;
}>;

/**
 * Opens the ledger over a journal. Nothing is read before the first query or record. All work on the index runs serially. Closing
 * the ledger closes the log. Code that a short query does not need is loaded on demand.
 */
export function openLedger(options: LedgerOptions): Ledger {
  const { home, log, indexes, clock, logger, files = storeFiles(), team = async () => noTeam } = options;
  const queue = createQueue();
  const file = createIndexFile({ home, files, indexes, log, logger });
  const engine = createEngine({ log, indexes, file, logger, team });
  const projections = lazyProjections({ home, files, clock, logger });
  const indexCache = createDeviceIndexCache(log, indexes);
  /** The index for a selection of people: the ledger's own if no team data has to be left out. Call it only inside the queue. */
  const indexFor = async (whose: OwnerScope): Promise<FactIndex> => {
    const all = await engine.ready();
    if (whose === "team") return all;
    const devices = cursorsOf(all).map(({ device }) => device);
    const { owners, resets } = await team();
    const wanted = devices.filter((device) => (whose === "mine" ? !owners.has(device) : whose.only.includes(device)));
    // Resets of the team apply to the ledger's own index and must not affect the numbers of a person.
    return wanted.length === devices.length && resets.length === 0 ? all : indexCache.of(wanted);
  };
  const checkpointer = createCheckpointer({
    home,
    files,
    projections,
    engine,
    log,
    queue,
    clock,
    logger,
    mine: () => indexFor("mine"),
  });
  let closed = false;

  const withCheckpoints = async <T>(task: () => Promise<T>): Promise<T> => {
    if (closed) throw new Error("the ledger is closed");
    try {
      return await task();
    } finally {
      if (!closed) checkpointer.noticed();
    }
  };
  const runQueued = <T>(task: () => Promise<T>): Promise<T> => withCheckpoints(() => queue(task));

  /**
   * Compares the full content of the files beside the index and corrects them.
   * @param all also create files that are not needed yet
   */
  const settleFiles = (signal: AbortSignal | undefined, all = false): Promise<void> =>
    log.exclusively(
      () =>
        queue(async () => {
          const index = await engine.ready({ signal });
          await projections.settle(index, { whole: true });
          if (!all) return;
          await projections.prepare();
          if ((await file.size()) === 0) await engine.save(index);
        }),
      signal,
    );

  const missing: Ledger["missing"] = async (ends) =>
    log.missing(ends ?? (await runQueued(async () => cursorsOf(await engine.ready()))));

  return {
    home,
    get device() {
      return log.device;
    },
    get isDeviceKept() {
      return log.isDeviceKept;
    },
    keepDevice: () => log.keepDevice(),
    earlier: () => [...log.deviceNames().keys()].filter((id) => id !== log.device.id),
    async record(drafts, { onProgress, signal, together } = {}) {
      const { batchesOf, recordBatch } = await import("./record.ts");
      const outcomes: RecordOutcome[] = [];
      for (const batch of batchesOf({ log, logger }, drafts, together ?? false)) {
        if (signal?.aborted) throw cancelled(`${outcomes.length} of ${drafts.length} were recorded`);
        const batchOutcomes = await withCheckpoints(() =>
          recordBatch({ engine, log, logger, clock, queue }, batch, { signal, together }),
        );
        for (const outcome of batchOutcomes) outcomes.push(outcome);
        onProgress?.({ done: outcomes.length, total: drafts.length, message: "Recording" });
      }
      return outcomes;
    },
    ask: (query, whose = "mine") => runQueued(async () => query((await indexFor(whose)).queries())),
    summary: async () => (engine.heads().length > 0 ? null : currentSummary(files, home, log, logger)),
    fetch: (place) => log.fetch(place),
    missing,
    heads: () => runQueued(async () => cursorsOf(await engine.ready())),
    readDevice: (after, signal) => log.readDevice(after, signal),
    take: (device, facts, signal) => withCheckpoints(() => log.exclusively((writer) => writer.take(device, facts), signal)),
    renewDevice: () => log.renewDevice(),
    adopt: (from, keep, how) => withCheckpoints(() => log.adopt(from, keep, how)),
    async *facts(signal) {
      for await (const chunk of log.read([], signal)) if (chunk.facts.length > 0) yield chunk.facts;
    },
    async verify(options = {}) {
      const { verifyLedger } = await import("./verify-ledger.ts");
      return withCheckpoints(() =>
        verifyLedger({ home, files, projections, log, engine, queue, team, mine: () => indexFor("mine") }, options),
      );
    },
    async rebuild(options = {}) {
      const built = await withCheckpoints(() => engine.build(options));
      const facts = countFacts(built.heads());
      await runQueued(async () => engine.take(built));
      if (facts > 0) await checkpointer.checkpoint({ force: true, signal: options.signal });
      await withCheckpoints(() => settleFiles(options.signal));
      return { facts };
    },
    async initialize() {
      await withCheckpoints(() => settleFiles(undefined, true));
    },
    inspect: () =>
      runQueued(async () => {
        const index = await engine.ready();
        const wrong = await findSummaryMismatch(files, home, (await indexFor("mine")).queries(), index.heads());
        const { bytes, segments, quarantineFiles, lock } = await log.inspect();
        return {
          home,
          device: log.device,
          isDeviceKept: log.isDeviceKept,
          journalBytes: bytes,
          segments,
          indexBytes: await file.size(),
          quarantineFiles,
          lock,
          pendingFacts: engine.pending(),
          problems: [
            ...(await log.missing(cursorsOf(index))).map(missingProblem),
            ...index.problems(),
            ...(wrong === undefined ? [] : [totalProblem(wrong)]),
          ],
        };
      }),
    async checkpoint({ force = false } = {}) {
      if (closed) throw new Error("the ledger is closed");
      await checkpointer.checkpoint({ force });
    },
    async close() {
      if (closed) return;
      closed = true;
      await checkpointer.close();
      await queue(async () => {
        engine.drop();
        indexCache.drop();
      });
      await log.close();
    },
  };
}
