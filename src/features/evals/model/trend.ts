import { type Proportion, wilson95 } from "../../../kernel/statistics/wilson.ts";
import { compareText } from "./compare-text.ts";
import { forEachTest } from "./packed-results.ts";
import type { TestKey } from "./run.ts";

/** In the order in which trends are listed. */
export const trendStatuses = ["flaky", "degrading", "improving", "stable-fail", "stable-pass"] as const;
export type TrendStatus = (typeof trendStatuses)[number];

/** Tally of a test's results, oldest to newest; sufficient to classify the test. */
type Tally = Readonly<{
  total: number;
  passes: number;
  /** Number of changes between neighbouring results. */
  flips: number;
  /**
   * Length of the streak of equal results that ends with the latest: positive for passes, negative for fails, 0 without results.
   */
  streak: number;
  /** The latest three (or fewer) results as bits: lowest bit = latest, 1 = passed. */
  last3: number;
}>;

const bitsIn3 = (bits: number): number => (bits & 1) + ((bits >> 1) & 1) + ((bits >> 2) & 1);

/**
 * Returns the status of a test with at least one result, by the first rule that holds:
 * 1. The last three pass and there was a fail before them: improving.
 * 2. One of the last three fails and all before them pass: degrading.
 * 3. Three or more flips, or a pass rate strictly between 0.3 and 0.7: flaky.
 * 4. Rate ≥ 0.9 with at most one flip: stable-pass.
 * 5. Rate ≤ 0.1 with at most one flip: stable-fail.
 * 6. Rate ≥ 0.5: stable-pass.
 * 7. Otherwise: stable-fail.
 * Rates are compared as integers, so that rounding never decides.
 */
export function classify({ total, passes, flips, last3 }: Tally): TrendStatus {
  const last = Math.min(3, total);
  const lastPasses = bitsIn3(last3);
  const earlier = total - last;
  const earlierPasses = passes - lastPasses;
  if (last === 3 && lastPasses === 3 && earlierPasses < earlier) return "improving";
  if (lastPasses < last && earlier > 0 && earlierPasses === earlier) return "degrading";
  if (flips >= 3 || (10 * passes > 3 * total && 10 * passes < 7 * total)) return "flaky";
  if (10 * passes >= 9 * total && flips <= 1) return "stable-pass";
  if (10 * passes <= total && flips <= 1) return "stable-fail";
  return 2 * passes >= total ? "stable-pass" : "stable-fail";
}

/** The streak that ends with the latest result. */
export type Streak = Readonly<{ type: "pass" | "fail"; count: number }>;

/**
 * A run as input of trends: its packed results, and the marks that represent it in a test's list of results. `passed` and
 * `failed` stand for the result of a test; `retriedPassed` and `retriedFailed`, if given, replace them for a test whose attempts
 * disagreed, by its last attempt.
 */
export type PackedRun<Mark> = Readonly<{
  results: Uint8Array;
  passed: Mark;
  failed: Mark;
  retriedPassed?: Mark;
  retriedFailed?: Mark;
}>;

/** Summary of a list of results. The pass rate includes its 95 % Wilson interval. */
export type TrendSummary = Readonly<{ passRate: Proportion; flips: number; streak: Streak; status: TrendStatus }>;

/** The trend of one test; `results` is oldest to newest. */
export type Trend<Mark> = TestKey &
  TrendSummary &
  Readonly<{
    test: number;
    results: readonly Mark[];
  }>;

/** Orders by status (as in `trendStatuses`), then flips descending, then name; tier, suite and number make the order total. */
export const compareTrends = (a: Omit<Trend<unknown>, "results">, b: Omit<Trend<unknown>, "results">): number =>
  trendStatuses.indexOf(a.status) - trendStatuses.indexOf(b.status) ||
  b.flips - a.flips ||
  compareText(a.name, b.name) ||
  compareText(a.tier, b.tier) ||
  compareText(a.suite, b.suite) ||
  a.test - b.test;

/** Tallies with one row per test. Columns are plain numbers in typed arrays, because this is the inner loop of every trend. */
function createTallies(size: number) {
  const columns = { total: new Uint32Array(size), passes: new Uint32Array(size), flips: new Uint32Array(size) };
  const streak = new Int32Array(size);
  const last3 = new Uint8Array(size);
  return {
    add(row: number, passed: boolean): void {
      const before = streak[row] ?? 0;
      const continues = passed ? before > 0 : before < 0;
      if (!continues && before !== 0) columns.flips[row] = (columns.flips[row] ?? 0) + 1;
      streak[row] = (continues ? before : 0) + (passed ? 1 : -1);
      columns.total[row] = (columns.total[row] ?? 0) + 1;
      if (passed) columns.passes[row] = (columns.passes[row] ?? 0) + 1;
      last3[row] = (((last3[row] ?? 0) << 1) | (passed ? 1 : 0)) & 7;
    },
    at: (row: number): Tally => ({
      total: columns.total[row] ?? 0,
      passes: columns.passes[row] ?? 0,
      flips: columns.flips[row] ?? 0,
      streak: streak[row] ?? 0,
      last3: last3[row] ?? 0,
    }),
  };
}

/**
 * Returns the trends of the given tests over packed runs, oldest first, in the order of `compareTrends`. Tests without a result
 * in these runs are left out, and so are results of other tests. Takes a few nanoseconds per result.
 * @param tests the test of each test number
 */
export function trendsOf<Mark>(runs: readonly PackedRun<Mark>[], tests: ReadonlyMap<number, TestKey>): readonly Trend<Mark>[] {
  const numbers = [...tests.keys()];
  const rowOf = new Int32Array(numbers.reduce((most, test) => Math.max(most, test + 1), 0)).fill(-1);
  numbers.forEach((test, row) => {
    rowOf[test] = row;
  });
  const tallies = createTallies(numbers.length);
  const results: Mark[][] = numbers.map(() => []);
  for (const run of runs) {
    forEachTest(run.results, (test, passed, mixed) => {
      const row = rowOf[test] ?? -1;
      if (row < 0) return;
      tallies.add(row, passed);
      if (mixed) results[row]?.push(passed ? (run.retriedPassed ?? run.passed) : (run.retriedFailed ?? run.failed));
      else results[row]?.push(passed ? run.passed : run.failed);
    });
  }
  const trends: Trend<Mark>[] = [];
  for (const [row, test] of numbers.entries()) {
    const tally = tallies.at(row);
    const key = tests.get(test);
    if (key === undefined || tally.total === 0) continue;
    trends.push({ ...key, test, ...summaryOf(tally), results: results[row] ?? [] });
  }
  return trends.sort(compareTrends);
}

function summaryOf(tally: Tally): TrendSummary {
  return {
    passRate: wilson95(tally.passes, tally.total),
    flips: tally.flips,
    streak: { type: tally.streak > 0 ? "pass" : "fail", count: Math.abs(tally.streak) },
    status: classify(tally),
  };
}

/** The trend of one list of results, oldest to newest; undefined when it is empty. */
export function trendOf(results: readonly boolean[]): TrendSummary | undefined {
  if (results.length === 0) return undefined;
  const tallies = createTallies(1);
  for (const passed of results) tallies.add(0, passed);
  return summaryOf(tallies.at(0));
}
