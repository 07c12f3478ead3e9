import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ComposedPorts, compose } from "../src/compose.ts";
import { createStore, type Store } from "../src/extension/store/client.ts";
import { type ReviewRecorded, reviewRecorded } from "../src/features/reviews/model/review-recorded.ts";
import type { Draft } from "../src/kernel/fact.ts";
import type { FixtureRun } from "../test/support/fixtures.ts";
import { makeHistory } from "../test/support/fixtures.ts";
import { draftOf } from "../test/support/ledger-drafts.ts";
import { projectRoot } from "./place.ts";

const silentLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Opens the real ledger of a home in the way the command line does. */
export const openHome = (home: string): Promise<ComposedPorts> =>
  compose({ home, zone: "UTC", logger: silentLogger, env: {}, assets: join(projectRoot, "dist") });

/** Opens the same in a worker thread, in the way VS Code's extension does. */
export const openWorker = (home: string): Store => {
  const assets = join(projectRoot, "dist");
  return createStore({
    workerFile: join(assets, "program.cjs"),
    start: () => ({ home, zone: "UTC", assets }),
    log: silentLogger,
    idleAfter: 60_000,
  });
};

const dayMs = 86_400_000;

/** Runs with about six findings each, over the year until today: runs dated ahead of the clock would be recorded differently. */
export const makeYearOfRuns = (runs: number): readonly FixtureRun[] =>
  makeHistory({ seed: 11, runs, days: 365, start: new Date(Date.now() - 366 * dayMs).toISOString() });

/** The recorded data of a run, as parsed by readers of the fact. */
export const parseRecorded = (draft: Draft): ReviewRecorded => reviewRecorded.data.parse(draft.data);

/** Creates a home with a history that is recorded as one batch; creating the drafts is not part of the measured time. */
export async function makeHome(home: string, runs: readonly FixtureRun[]): Promise<Readonly<{ recordMs: number }>> {
  await mkdir(home, { recursive: true });
  const ports = await openHome(home);
  try {
    const drafts = runs.map((run) => draftOf(run));
    const start = performance.now();
    const outcomes = await ports.ledger.record(drafts);
    const recordMs = performance.now() - start;
    const refusedCount = outcomes.filter(({ recorded }) => !recorded).length;
    if (refusedCount > 0) throw new Error(`${refusedCount} runs of the history were not recorded`);
    await ports.ledger.checkpoint({ force: true });
    return { recordMs };
  } finally {
    await ports.close();
  }
}

/** Returns a home with `runs` runs; created once and cached, as large ones take minutes. */
export async function cachedHome(runs: number): Promise<string> {
  const cache = join(tmpdir(), "reward-ledger-measure");
  const home = join(cache, `runs-${runs}`);
  if (existsSync(home)) return home;
  await mkdir(cache, { recursive: true });
  const temporaryFolder = await mkdtemp(join(cache, "unfinished-"));
  await makeHome(join(temporaryFolder, "home"), makeYearOfRuns(runs));
  await rename(join(temporaryFolder, "home"), home);
  await rm(temporaryFolder, { recursive: true });
  return home;
}

/** A call without progress reports or cancellation. */
export const quietCall = { onProgress: () => undefined, signal: new AbortController().signal } as const;
