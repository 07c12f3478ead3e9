import { testCounts } from "./attempts.ts";
import { mergeCostEntries } from "./cost.ts";
import { microsToUsd } from "./money.ts";
import { type EvalRun, type EvalTest, runCostEntries, runInstant, testCostMicros } from "./run.ts";

/** The data of a run that is known before its first test. */
export type CollectorHead = Readonly<
  Pick<EvalRun, "version" | "git_branch" | "git_sha" | "hostname" | "tier" | "label" | "prompt_sha">
>;

/** A run that is being collected. `startedAt` is ms since the epoch. */
export type Collection = Readonly<{
  head: CollectorHead;
  startedAt: number;
  tests: readonly EvalTest[];
  finalized: boolean;
}>;

/** A collection without tests. */
export const startCollection = (head: CollectorHead, startedAt: number): Collection => ({
  head,
  startedAt,
  tests: [],
  finalized: false,
});

/** Adds a result. Returns undefined for a finalized collection, which accepts no more results. */
export const addTest = (collection: Collection, test: EvalTest): Collection | undefined =>
  collection.finalized ? undefined : { ...collection, tests: [...collection.tests, test] };

/**
 * Totals over tests; a value that a test does not state counts as 0. A retried test counts once, with the cost and duration of
 * all its attempts.
 */
function totalsOf(
  tier: string,
  tests: readonly EvalTest[],
): Pick<EvalRun, "total" | "passed" | "failed" | "total_cost_usd" | "total_duration_ms"> {
  return {
    ...testCounts({ tier, tests: [...tests] }),
    total_cost_usd: microsToUsd(tests.reduce((sum, test) => sum + (testCostMicros(test) ?? 0), 0)),
    total_duration_ms: tests.reduce((sum, test) => sum + (test.duration_ms ?? 0), 0),
  };
}

/** Cost entries of all tests per model; absent when no test has any. */
function costsOf(tests: readonly EvalTest[]): Pick<EvalRun, "costs"> {
  const costs = mergeCostEntries(runCostEntries({ tests: [...tests] }));
  return costs.length === 0 ? {} : { costs: [...costs] };
}

const toRun = ({ head, startedAt, tests }: Collection, now: number): EvalRun => ({
  format: "standard",
  schema_version: 1,
  ...head,
  timestamp: new Date(startedAt).toISOString(),
  ...totalsOf(head.tier, tests),
  wall_clock_ms: now - startedAt,
  ...costsOf(tests),
  tests: [...tests],
});

/** Returns the run with the results so far, marked as partial. */
export const partialRun = (collection: Collection, now: number): EvalRun => ({ ...toRun(collection, now), _partial: true });

/** Ends a collection and returns its run. A second call returns no run, so that a run is written only once. */
export function finalize(collection: Collection, now: number): Readonly<{ collection: Collection; run: EvalRun | undefined }> {
  if (collection.finalized) return { collection, run: undefined };
  return { collection: { ...collection, finalized: true }, run: toRun(collection, now) };
}

/** Tests by suite, name and occurrence within one worker. */
function occurrences(tests: readonly EvalTest[]): readonly Readonly<{ key: string; test: EvalTest }>[] {
  const seen = new Map<string, number>();
  return tests.map((test) => {
    const group = JSON.stringify([test.suite ?? "", test.name]);
    const count = (seen.get(group) ?? 0) + 1;
    seen.set(group, count);
    return { key: `${group}${count}`, test };
  });
}

/** A result that a worker reports, with the start and end of that worker, ms since the epoch. */
type Report = Readonly<{ test: EvalTest; from: number; to: number }>;

/** The result that took longest is the one that counts: a shorter one was cut off, or came from a cache. */
const longerReport = (a: Report, b: Report): Report => ((b.test.duration_ms ?? -1) > (a.test.duration_ms ?? -1) ? b : a);

function reportsOf(worker: EvalRun): readonly (readonly [key: string, report: Report])[] {
  const from = runInstant(worker) ?? 0;
  const to = from + (worker.wall_clock_ms ?? Infinity);
  return occurrences(worker.tests).map(({ key, test }) => [key, { test, from, to }] as const);
}

/**
 * Returns the attempts among the reports of a test: a different result from a worker that began after the previous worker had
 * ended is another attempt.
 */
function attemptsOf(reports: readonly Report[]): readonly Report[] {
  const attempts: Report[] = [];
  for (const report of reports.toSorted((a, b) => a.from - b.from)) {
    const last = attempts.at(-1);
    if (last === undefined || (report.from >= last.to && report.test.passed !== last.test.passed)) attempts.push(report);
    else attempts[attempts.length - 1] = longerReport(last, report);
  }
  return attempts;
}

/**
 * Merges the partial runs of several workers into one run. A test that several workers report (same suite, name and occurrence)
 * is kept once, with the longest duration, unless a later worker retried it; tests stay in the order of their first report,
 * further attempts follow at the end. The run begins with the earliest worker.
 * @param first provides everything that does not depend on the tests
 * @returns a whole run: not partial, totals and costs recomputed
 */
export function mergeWorkers(first: EvalRun, others: readonly EvalRun[]): EvalRun {
  const workers = [first, ...others];
  const reports = new Map<string, Report[]>();
  for (const [key, report] of workers.flatMap(reportsOf)) {
    const group = reports.get(key);
    if (group === undefined) reports.set(key, [report]);
    else group.push(report);
  }
  const attempts = [...reports.values()].map(attemptsOf);
  const retries = attempts.flatMap((of) => of.slice(1)).sort((a, b) => a.from - b.from);
  const tests = [...attempts.flatMap((of) => of.slice(0, 1)), ...retries].map(({ test }) => test);
  const earliest = workers.reduce((a, b) => ((runInstant(b) ?? Infinity) < (runInstant(a) ?? Infinity) ? b : a));
  const wallClocks = workers.flatMap((worker) => worker.wall_clock_ms ?? []);
  const { _partial, by_category, duration_seconds, costs, failures, ...rest } = first;
  return {
    ...rest,
    timestamp: earliest.timestamp,
    ...totalsOf(first.tier, tests),
    ...(wallClocks.length === 0 ? {} : { wall_clock_ms: Math.max(...wallClocks) }),
    ...costsOf(tests),
    tests,
  };
}
