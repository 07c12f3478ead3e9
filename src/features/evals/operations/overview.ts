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
import { isMixedMark, isPassedMark, markOf, runOfMark, stripOf } from "../model/heatmap.ts";
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
const maxCells = 4_000_000;

const input = z.object({ ...panelKeys, suite: suiteFilter });
type TestFilter = Pick<z.output<typeof input>, "tier" | "suite">;

type Counts = Readonly<{ passed: Uint32Array; total: Uint32Array }>;

/** Counts the results of the given tests in each run. */
function countsOf(trends: readonly Trend<number>[], runs: number): Counts {
  const counts = { passed: new Uint32Array(runs), total: new Uint32Array(runs) };
  for (const { results } of trends) {
    for (const mark of results) {
      const run = runOfMark(mark);
      counts.total[run] = (counts.total[run] ?? 0) + 1;
      if (isPassedMark(mark)) counts.passed[run] = (counts.passed[run] ?? 0) + 1;
    }
  }
  return counts;
}

const sorted = (names: Iterable<string>): readonly string[] => [...new Set(names)].sort(compareText);

function statusCounts(trends: readonly Trend<number>[]): Readonly<Record<TrendStatus, number>> {
  const counts = { flaky: 0, degrading: 0, improving: 0, "stable-fail": 0, "stable-pass": 0 };
  for (const { status } of trends) counts[status] += 1;
  return counts;
}

/**
 * Returns the index, among the shown runs, of the run in which a test's result changed.
 * @param columnOf column of each run, from `first` on
 */
function sinceIndexOf({ turned }: Health, results: readonly number[], columnOf: Int32Array, first: number): number | null {
  const mark = turned === null ? undefined : results[turned];
  return mark === undefined ? null : (columnOf[runOfMark(mark)] ?? 0) + first;
}

/**
 * Whether a run is part of the answer: it has results of the chosen tests, or it has no results but no choice of tests excludes
 * it.
 */
const isIncluded = ({ tier, suite }: TestFilter, run: EvalRunRow, results: number): boolean =>
  results > 0 || (suite === undefined && (tier === undefined || run.tier === tier));

type IncludedRun = Readonly<{ row: EvalRunRow; cost: ReportedCost; passed: number; total: number }>;

const noResults = packResults({ tests: [], passed: [] });

/** Adds up the costs of runs. */
const sumCosts = (costs: readonly RunCost[]): EvalBillView => ({
  cost_usd: microsToUsd(costs.reduce((sum, { micros }) => sum + micros, 0)),
  complete: costs.every(({ complete }) => complete),
});

/** Returns the average cost per run, over the runs that report their cost. */
function averageCostOf(costs: readonly ReportedCost[]): Pick<EvalOverviewView, "telling_runs" | "each_complete" | "per_run_usd"> {
  const reporting = costs.filter(({ tells }) => tells);
  const { cost_usd, complete } = sumCosts(reporting);
  return {
    telling_runs: reporting.length,
    each_complete: complete,
    per_run_usd: reporting.length === 0 ? null : cost_usd / reporting.length,
  };
}

/**
 * Sums runs that have results by tier and slice of time.
 * @param sliceOf returns the first day of the slice that an instant is in
 */
function sumBySlice(runs: readonly IncludedRun[], sliceOf: (at: number) => string): readonly EvalSumView[] {
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
    ...sumCosts(costs),
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
  choice: TestFilter,
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
    passed: isPassedMark,
    mixed: isMixedMark,
    commit: (mark) => knownCommit(rows[runOfMark(mark)]?.sha ?? ""),
  };
  const allTrends = trendsOf(packed, evals.tests({}));
  const tierTrends = allTrends.filter(({ tier }) => choice.tier === undefined || tier === choice.tier);
  const trends = tierTrends
    .filter(({ suite }) => choice.suite === undefined || suite === choice.suite)
    .flatMap((trend) => {
      const health = healthOf(trend.results, reader);
      return health === undefined ? [] : [{ ...trend, health }];
    });
  const counts = countsOf(trends, rows.length);
  const included = rows.flatMap((row, run) =>
    isIncluded(choice, row, counts.total[run] ?? 0)
      ? [{ row, run, cost: row.cost, passed: counts.passed[run] ?? 0, total: counts.total[run] ?? 0 }]
      : [],
  );
  const width = Math.min(included.length, Math.max(1, Math.floor(maxCells / Math.max(1, trends.length))));
  const firstColumn = included.length - width;
  const columnOf = new Int32Array(rows.length).fill(-1);
  for (const [column, { run }] of included.entries()) columnOf[run] = column - firstColumn;
  return {
    ...frame,
    tiers: sorted([...frame.tiers, ...allTrends.map(({ tier }) => tier)]),
    suites: sorted(tierTrends.map(({ suite }) => suite)),
    runs: included.map(({ row, cost, passed, total }) => ({
      ...evalRunView(row),
      ...sumCosts([cost]),
      pass_rate: passRateOf(passed, total),
    })),
    days: sumBySlice(included, (at) => calendar.dayOf(at)),
    weeks: sumBySlice(included, (at) => calendar.mondayOf(calendar.dayOf(at))),
    tests: trends.map((trend): EvalOverviewTestView => {
      const total = trend.results.length;
      return {
        tier: trend.tier,
        suite: trend.suite,
        name: trend.name,
        status: trend.status,
        health: trend.health.state,
        health_why: trend.health.reason,
        health_since: sinceIndexOf(trend.health, trend.results, columnOf, firstColumn),
        pass_rate: { passed: trend.results.filter(isPassedMark).length, total, ...trend.passRate },
        flips: trend.flips,
        streak: trend.streak,
        last: isoOf(rows[runOfMark(trend.results.at(-1) ?? 0)]?.at ?? 0),
        results: stripOf(trend.results, columnOf, width),
      };
    }),
    first_column: firstColumn,
    statuses: statusCounts(trends),
    healths: healthCounts(trends.map(({ health }) => ({ health: health.state }))),
    ...sumCosts(included.map(({ cost }) => cost)),
    ...averageCostOf(included.map(({ cost }) => cost)),
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
