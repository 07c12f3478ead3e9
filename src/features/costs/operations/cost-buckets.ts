import { microsEach, type RunCost, reportsCost } from "../../evals/model/cost-trend.ts";
import { microsToUsd } from "../../evals/model/money.ts";
import type { CostRunRow, CostSumRow } from "../../evals/model/queries.ts";
import type { Slice } from "../../shared/time-buckets.ts";
import type { CostSliceView, ModelTotalView } from "./views.ts";

type Run = CostRunRow & Readonly<{ cost: RunCost }>;

/** Groups runs by slice; `runs` is sorted by time. */
function runsBySlice(slices: readonly Slice[], runs: readonly Run[]): readonly (readonly Run[])[] {
  const bySlice: Run[][] = slices.map(() => []);
  let index = 0;
  for (const run of runs) {
    while (index + 1 < slices.length && run.at >= (slices[index]?.to ?? 0)) index += 1;
    bySlice[index]?.push(run);
  }
  return bySlice;
}

/** Returns the cost of each slice, in total and by model. */
export function costSlices(
  slices: readonly Slice[],
  models: readonly ModelTotalView[],
  sums: readonly CostSumRow[],
  runs: readonly Run[],
): readonly CostSliceView[] {
  const position = new Map(models.map(({ model }, index) => [model, index]));
  const micros = slices.map(() => models.map(() => 0));
  const count = (slice: number, model: string | null, amount: number): void => {
    const [row, at] = [micros[slice], position.get(model)];
    if (row !== undefined && at !== undefined) row[at] = (row[at] ?? 0) + amount;
  };
  for (const sum of sums) count(sum.slice, sum.model, sum.exactMicros + sum.estimatedMicros);
  const bySlice = runsBySlice(slices, runs);
  for (const [slice, sliceRuns] of bySlice.entries()) for (const { cost } of sliceRuns) count(slice, null, cost.restMicros);
  return slices.map(({ start, partial }, index) => {
    const sliceRuns = bySlice[index] ?? [];
    const total = sliceRuns.reduce((sum, { cost }) => sum + cost.micros, 0);
    const runsWithCost = sliceRuns.filter(reportsCost);
    const each = microsEach(
      total,
      runsWithCost.reduce((sum, run) => sum + run.passed, 0),
    );
    return {
      start,
      partial,
      runs: sliceRuns.length,
      passed: sliceRuns.reduce((sum, run) => sum + run.passed, 0),
      tests: sliceRuns.reduce((sum, run) => sum + run.total, 0),
      cost_usd: microsToUsd(total),
      complete: sliceRuns.every(({ cost }) => cost.complete),
      untold_runs: sliceRuns.length - runsWithCost.length,
      each_complete: runsWithCost.every(({ cost }) => cost.complete),
      per_passed_usd: each === null ? null : microsToUsd(each),
      by_model: (micros[index] ?? []).map(microsToUsd),
    };
  });
}
