import * as z from "zod";
import { composedKey } from "../../../kernel/composed-key.ts";
import { wilson95 } from "../../../kernel/statistics/wilson.ts";
import type { Calendar } from "../../../ports/ports.ts";
import { memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import { isoOf } from "../../shared/units.ts";
import { compareText } from "../model/compare-text.ts";
import type { ReportedCost, RunCost } from "../model/cost-trend.ts";
import { type Health, healthOf, type ResultReader } from "../model/health.ts";
import { markOf, mixedOfMark, passedOfMark, runOfMark, stripOf } from "../model/heatmap.ts";
import { microsToUsd } from "../model/money.ts";
import { packResults } from "../model/packed-results.ts";
import type { EvalQueries, EvalRunRow, EvalScope } from "../model/queries.ts";
import { type Trend, type TrendStatus, trendsOf } from "../model/trend.ts";
import { suiteFilter } from "./fields.ts";
import { knownCommit } from "./health-view.ts";
import { membersOf, panelFrame, panelKeys, panelScope, panelSpan, passRateOf } from "./panel-scope.ts";
import type { EvalBillView, EvalOverviewTestView, EvalOverviewView, EvalPanelFrame, EvalSumView } from "./panel-views.ts";
import { healthCounts } from "./tests.ts";
import { evalRunView } from "./to-views.ts";

/** Maximum number of results in all strips together, as more are of no use; the strips then hold the latest runs. */
const mostCells = 4_000_000;

const input = z.object({ ...panelKeys, suite: suiteFilter });
type TestChoice = Pick<z.output<typeof input>, "tier" | "suite">;

type Counts = Readonly<{ passed: Uint32Array; total: Uint32Array }>;

/** Counts the results of the given tests in each run. */
function countsOf(trends: readonly Trend<number>[], runs: number): Counts {
  const counts = { passed: new Uint32Array(runs), total: new Uint32Array(runs) };
  for (const { results } of trends) {
    for (const mark of results) {
      const run = runOfMark(mark);
      counts.total[run] = (counts.total[run] ?? 0) + 1;
      if (passedOfMark(mark)) counts.passed[run] = (counts.passed[run] ?? 0) + 1;
    }
  }
  return counts;
}

const sorted = (words: Iterable<string>): readonly string[] => [...new Set(words)].sort(compareText);

function statusCounts(trends: readonly Trend<number>[]): Readonly<Record<TrendStatus, number>> {
  const counts = { flaky: 0, degrading: 0, improving: 0, "stable-fail": 0, "stable-pass": 0 };
  for (const { status } of trends) counts[status] += 1;
  return counts;
}

/**
 * Returns the index, among the shown runs, of the run in which a test's result changed.
 * @param columnOf column of each run, from `first` on
 */
function sinceOf({ turned }: Health, results: readonly number[], columnOf: Int32Array, first: number): number | null {
  const mark = turned === null ? undefined : results[turned];
  return mark === undefined ? null : (columnOf[runOfMark(mark)] ?? 0) + first;
}

/**
 * Whether a run is part of the answer: it has results of the chosen tests, or it has no results but no choice of tests excludes
 * it.
 */
const belongs = ({ tier, suite }: TestChoice, run: EvalRunRow, results: number): boolean =>
  results > 0 || (suite === undefined && (tier === undefined || run.tier === tier));

type Kept = Readonly<{ row: EvalRunRow; cost: ReportedCost; passed: number; total: number }>;

const noResults = packResults({ tests: [], passed: [] });

/** Adds up the costs of runs. */
const billOf = (costs: readonly RunCost[]): EvalBillView => ({
  cost_usd: microsToUsd(costs.reduce((sum, { micros }) => sum + micros, 0)),
  complete: costs.every(({ complete }) => complete),
});

/** Returns the average cost per run, over the runs that report their cost. */
function eachOf(costs: readonly ReportedCost[]): Pick<EvalOverviewView, "telling_runs" | "each_complete" | "per_run_usd"> {
  const telling = costs.filter(({ tells }) => tells);
  const { cost_usd, complete } = billOf(telling);
  return {
    telling_runs: telling.length,
    each_complete: complete,
    per_run_usd: telling.length === 0 ? null : cost_usd / telling.length,
  };
}

/**
 * Sums runs that have results by tier and slice of time.
 * @param sliceOf returns the first day of the slice that an instant is in
 */
function sumsOf(runs: readonly Kept[], sliceOf: (at: number) => string): readonly EvalSumView[] {
  type Sum = { tier: string; day: string; places: number; runs: number; passed: number; total: number; costs: RunCost[] };
  const sums = new Map<string, Sum>();
  for (const [place, { row, cost, passed, total }] of runs.entries()) {
    if (total === 0) continue;
    const day = sliceOf(row.at);
    const key = composedKey(day, row.tier);
    const sum = sums.get(key) ?? { tier: row.tier, day, places: 0, runs: 0, passed: 0, total: 0, costs: [] };
    sums.set(key, sum);
    sum.places += place;
    sum.runs += 1;
    sum.passed += passed;
    sum.total += total;
    sum.costs.push(cost);
  }
  return [...sums.values()].map(({ tier, day, places, runs: count, passed, total, costs }) => ({
    tier,
    day,
    runs: count,
    place: places / count,
    pass_rate: { passed, total, ...wilson95(passed, total) },
    ...billOf(costs),
  }));
}

/**
 * Returns the overview of the runs of a scope.
 * @param choice the tests that count, by their own tier and suite
 */
export function overviewOf(
  evals: Pick<EvalQueries, "runs" | "packedRuns" | "tests">,
  calendar: Calendar,
  frame: EvalPanelFrame,
  scope: EvalScope,
  choice: TestChoice,
): EvalOverviewView {
  const rows = evals.runs(scope).toReversed();
  const results = new Map(evals.packedRuns(scope).map((run) => [run.id, run.results]));
  const packed = rows.map(({ id }, run) => ({
    // Partial runs have no results that count.
    results: results.get(id) ?? noResults,
    passed: markOf(run, true),
    failed: markOf(run, false),
    retriedPassed: markOf(run, true, true),
    retriedFailed: markOf(run, false, true),
  }));
  const reader: ResultReader<number> = {
    passed: passedOfMark,
    mixed: mixedOfMark,
    commit: (mark) => knownCommit(rows[runOfMark(mark)]?.sha ?? ""),
  };
  const everyTest = trendsOf(packed, evals.tests({}));
  const ofTier = everyTest.filter(({ tier }) => choice.tier === undefined || tier === choice.tier);
  const trends = ofTier
    .filter(({ suite }) => choice.suite === undefined || suite === choice.suite)
    .flatMap((trend) => {
      const health = healthOf(trend.results, reader);
      return health === undefined ? [] : [{ ...trend, health }];
    });
  const counts = countsOf(trends, rows.length);
  const kept = rows.flatMap((row, run) =>
    belongs(choice, row, counts.total[run] ?? 0)
      ? [{ row, run, cost: row.cost, passed: counts.passed[run] ?? 0, total: counts.total[run] ?? 0 }]
      : [],
  );
  const width = Math.min(kept.length, Math.max(1, Math.floor(mostCells / Math.max(1, trends.length))));
  const firstColumn = kept.length - width;
  const columnOf = new Int32Array(rows.length).fill(-1);
  for (const [column, { run }] of kept.entries()) columnOf[run] = column - firstColumn;
  return {
    ...frame,
    tiers: sorted([...frame.tiers, ...everyTest.map(({ tier }) => tier)]),
    suites: sorted(ofTier.map(({ suite }) => suite)),
    runs: kept.map(({ row, cost, passed, total }) => ({
      ...evalRunView(row),
      ...billOf([cost]),
      pass_rate: passRateOf(passed, total),
    })),
    days: sumsOf(kept, (at) => calendar.dayOf(at)),
    weeks: sumsOf(kept, (at) => calendar.mondayOf(calendar.dayOf(at))),
    tests: trends.map((trend): EvalOverviewTestView => {
      const total = trend.results.length;
      return {
        tier: trend.tier,
        suite: trend.suite,
        name: trend.name,
        status: trend.status,
        health: trend.health.state,
        health_why: trend.health.reason,
        health_since: sinceOf(trend.health, trend.results, columnOf, firstColumn),
        pass_rate: { passed: trend.results.filter(passedOfMark).length, total, ...trend.passRate },
        flips: trend.flips,
        streak: trend.streak,
        last: isoOf(rows[runOfMark(trend.results.at(-1) ?? 0)]?.at ?? 0),
        results: stripOf(trend.results, columnOf, width),
      };
    }),
    first_column: firstColumn,
    statuses: statusCounts(trends),
    healths: healthCounts(trends.map(({ health }) => ({ health: health.state }))),
    ...billOf(kept.map(({ cost }) => cost)),
    ...eachOf(kept.map(({ cost }) => cost)),
  };
}

export const evalOverview = defineOperation({
  name: "eval overview",
  summary: "Show pass rates by run and the results of each test",
  input,
  effect: "read",
  async run(ports, choice): Promise<EvalOverviewView> {
    const { ledger, calendar, clock } = ports;
    const span = panelSpan(calendar, clock.now(), choice);
    const [whose, members] = await Promise.all([memberScopeOf(ports, choice), membersOf(ports)]);
    return ledger.ask((queries) => {
      const frame = panelFrame(queries, calendar, span, members);
      return overviewOf(queries.eval, calendar, frame, panelScope(choice, span), choice);
    }, whose);
  },
});
