import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Cursor } from "../../src/kernel/fact.ts";
import { openFactLog } from "../../src/ledger/log/open.ts";
import { bundleScript } from "./bundle.ts";
import { draft, readAll, record, testIds, testLogger } from "./journal.ts";
import { type HomeCheck, type KillResult, runKillTrials } from "./kill-trials.ts";

const worker = fileURLToPath(new URL("./journal-worker.ts", import.meta.url));

/** The steps of taking the lock, creating a home and about twenty appends: as many as a process completes in its longest life. */
const LAST_STEP = 180;

/** Kills writers of the journal. `directory` must exist; each home in it is removed after its check. */
export async function runJournalKills(
  options: Readonly<{ trials: number; seed: number; directory: string; onProgress?: (kills: number) => void }>,
): Promise<KillResult> {
  const script = await bundleScript(worker, options.directory);
  return runKillTrials({
    ...options,
    script,
    lastStep: LAST_STEP,
    task: (random) => ({ batch: random() < 0.5 ? 1 : 5, segmentBytes: random() < 0.5 ? 4000 : 64 * 1024 * 1024 }),
    check: checkJournal,
  });
}

/** Reads a home from outside while it grows; at the end recovers it, checks its sequence of facts and removes it. */
async function checkJournal(home: string): Promise<HomeCheck> {
  const clock = { now: () => new Date() };
  const log = await openFactLog({ home, clock, ids: testIds(1), logger: testLogger() });
  const seen = new Set<string>();
  let cursors: readonly Cursor[] = [];
  let reading: Promise<void> = Promise.resolve();

  async function readNew(): Promise<void> {
    const { facts, cursors: after, rewound } = await readAll(log, cursors);
    if (rewound.length > 0) throw new Error(`the log of ${rewound.join()} went back`);
    for (const { fact } of facts) seen.add(fact.id);
    cursors = after;
  }

  return {
    async missing(acknowledged) {
      reading = reading.then(readNew);
      await reading;
      return acknowledged.filter((id) => !seen.has(id));
    },
    async finish() {
      await record(log, [draft(0)]);
      const { facts, problems } = await readAll(log);
      await log.close();
      const allIds = new Set(facts.map(({ fact }) => fact.id));
      const gaps = facts.filter(({ fact }, i) => fact.seq !== i + 1);
      rmSync(home, { recursive: true });
      return [
        ...problems.map(({ kind, message }) => `${kind}: ${message}`),
        ...gaps.slice(0, 1).map(({ fact }) => `fact ${fact.seq} is out of its turn`),
        ...[...seen].filter((id) => !allIds.has(id)).map((id) => `fact ${id} was there before`),
      ];
    },
  };
}
