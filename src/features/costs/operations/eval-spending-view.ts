import { tierCosts } from "../../evals/model/cost.ts";
import { microsEach, paretoBest, type RunCost, reportsCost, runCost } from "../../evals/model/cost-trend.ts";
import { microsToUsd } from "../../evals/model/money.ts";
import type { PriceTable } from "../../evals/model/price-table.ts";
import type { CostRunRow, CostSumRow } from "../../evals/model/queries.ts";
import { modelTiers, type TierModels } from "../../evals/model/tier.ts";
import type { EvalPanelFrame } from "../../evals/operations/panel-views.ts";
import type { PeriodSlices } from "../../shared/time-buckets.ts";
import { isoOf } from "../../shared/units.ts";
import { costSlices } from "./cost-buckets.ts";
import { modelTotals } from "./cost-models.ts";
import type { CostPointView, CostTilesView, EvalSpendingView, WhatIfView } from "./views.ts";

/** Maximum number of points; more cannot be distinguished in a chart. */
const maxPoints = 2_000;

/** A run with its cost. */
type PricedRun = CostRunRow & Readonly<{ cost: RunCost }>;

const sumOf = <T>(items: readonly T[], amountOf: (item: T) => number): number =>
  items.reduce((sum, item) => sum + amountOf(item), 0);

const costOf = (runs: readonly PricedRun[]): number => sumOf(runs, ({ cost }) => cost.micros);
const isComplete = (runs: readonly PricedRun[]): boolean => runs.every(({ cost }) => cost.complete);

const usdEach = (micros: number, count: number): number | null => {
  const each = microsEach(micros, count);
  return each === null ? null : microsToUsd(each);
};

function tilesOf(
  runs: readonly PricedRun[],
  sums: readonly CostSumRow[],
  previous: readonly PricedRun[] | undefined,
): CostTilesView {
  const micros = costOf(runs);
  const runsWithCost = runs.filter(reportsCost);
  const passed = sumOf(runsWithCost, (run) => run.passed);
  return {
    runs: runs.length,
    untold_runs: runs.length - runsWithCost.length,
    passed,
    cost_usd: microsToUsd(micros),
    complete: isComplete(runs),
    previous:
      previous === undefined
        ? null
        : { cost_usd: microsToUsd(costOf(previous)), complete: isComplete(previous), runs: previous.length },
    each_complete: isComplete(runsWithCost),
    per_run_usd: usdEach(micros, runsWithCost.length),
    per_passed_usd: usdEach(micros, passed),
    reported_usd: microsToUsd(sumOf(sums, (sum) => sum.exactMicros)),
    estimated_usd: microsToUsd(sumOf(sums, (sum) => sum.estimatedMicros)),
    unsplit_usd: microsToUsd(sumOf(runs, ({ cost }) => cost.restMicros)),
    unpriced_models: new Set(sums.filter((sum) => sum.pricedEntries < sum.entries).map(({ model }) => model)).size,
    unpriced_calls: sumOf(sums, (sum) => sum.unpricedCalls),
    calls: sumOf(sums, (sum) => sum.calls),
  };
}

/** Returns what the tokens would cost with each tier's model, at the prices of the time of each run. */
function whatIf(runs: readonly CostRunRow[], sums: readonly CostSumRow[], prices: PriceTable, models: TierModels): WhatIfView {
  const costs = tierCosts(runs, prices, models);
  return {
    billed_usd: microsToUsd(sumOf(sums, (sum) => sum.exactMicros + sum.estimatedMicros)),
    complete: sums.every((sum) => sum.pricedEntries === sum.entries),
    tiers: modelTiers.map((tier) => {
      const micros = costs[tier];
      return { tier, model: models[tier], cost_usd: micros === null ? null : microsToUsd(micros) };
    }),
  };
}

function pointsOf(runs: readonly PricedRun[]): Pick<EvalSpendingView, "points" | "runs_with_results"> {
  const withResults = runs.filter((run) => run.total > 0 && !run.partial && reportsCost(run));
  const shown = withResults.slice(-maxPoints);
  const best = paretoBest(
    shown.map(({ passed, total, cost }) => ({ passRate: passed / total, costMicros: cost.micros, complete: cost.complete })),
  );
  const points = shown.map(
    (run, index): CostPointView => ({
      id: run.id,
      timestamp: isoOf(run.at),
      tier: run.tier,
      git_branch: run.branch,
      version: run.version,
      label: run.label,
      model: run.model,
      passed: run.passed,
      total: run.total,
      cost_usd: microsToUsd(run.cost.micros),
      complete: run.cost.complete,
      best: best[index] ?? false,
    }),
  );
  return { points, runs_with_results: withResults.length };
}

/** Inputs of a spending view. Runs are oldest first; `previous` is undefined if there is no previous period. */
export type SpendingParts = Readonly<{
  runs: readonly CostRunRow[];
  previous: readonly CostRunRow[] | undefined;
  sums: readonly CostSumRow[];
  cut: PeriodSlices;
  prices: PriceTable;
  models: TierModels;
}>;

const toPricedRuns = (rows: readonly CostRunRow[]): readonly PricedRun[] => rows.map((row) => ({ ...row, cost: runCost(row) }));

/** Builds the spending view from the runs and sums of a period. */
export function spendingView({ cut, sums, prices, ...parts }: SpendingParts): Omit<EvalSpendingView, keyof EvalPanelFrame> {
  const runs = toPricedRuns(parts.runs);
  const models = modelTotals(sums, runs);
  return {
    tiles: tilesOf(runs, sums, parts.previous === undefined ? undefined : toPricedRuns(parts.previous)),
    unit: cut.unit,
    slices: costSlices(cut.slices, models, sums, runs),
    models,
    what_if: whatIf(runs, sums, prices, parts.models),
    prices: { source: prices.source, date: prices.date, fallback: prices.fallback },
    ...pointsOf(runs),
  };
}
