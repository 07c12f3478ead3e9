import { compareText } from "../../evals/model/compare-text.ts";
import { addTokens } from "../../evals/model/cost.ts";
import type { RunCost } from "../../evals/model/cost-trend.ts";
import { microsToUsd } from "../../evals/model/money.ts";
import type { CostSumRow } from "../../evals/model/queries.ts";
import type { CostBasis, ModelTotalView } from "./views.ts";

/** Sums of one model over all slices. */
type ModelSum = Omit<CostSumRow, "slice">;

/** Adds two sums of a model. Each run belongs to one slice only, so run counts can be added too. */
const addSums = (a: ModelSum, b: ModelSum): ModelSum => ({
  model: a.model,
  runs: a.runs + b.runs,
  entries: a.entries + b.entries,
  exactEntries: a.exactEntries + b.exactEntries,
  pricedEntries: a.pricedEntries + b.pricedEntries,
  calls: a.calls + b.calls,
  unpricedCalls: a.unpricedCalls + b.unpricedCalls,
  tokens: addTokens(a.tokens, b.tokens),
  exactMicros: a.exactMicros + b.exactMicros,
  estimatedMicros: a.estimatedMicros + b.estimatedMicros,
});

function basisOf({ entries, exactEntries, pricedEntries }: ModelSum): CostBasis {
  if (pricedEntries === 0) return "unpriced";
  if (pricedEntries < entries) return "partly";
  if (exactEntries === entries) return "reported";
  return exactEntries === 0 ? "estimated" : "mixed";
}

const microsOf = (sum: ModelSum): number => sum.exactMicros + sum.estimatedMicros;

const totalView = (sum: ModelSum): ModelTotalView => ({
  model: sum.model,
  runs: sum.runs,
  calls: sum.calls,
  input_tokens: sum.tokens.input,
  output_tokens: sum.tokens.output,
  cache_read_tokens: sum.tokens.cacheRead,
  cache_creation_tokens: sum.tokens.cacheCreation,
  cost_usd: sum.pricedEntries === 0 ? null : microsToUsd(microsOf(sum)),
  reported_usd: microsToUsd(sum.exactMicros),
  estimated_usd: microsToUsd(sum.estimatedMicros),
  basis: basisOf(sum),
});

/** Returns the part of the runs' stated totals that no model accounts for, as an entry with `model` null. */
function restView(runs: readonly Readonly<{ cost: RunCost }>[]): readonly ModelTotalView[] {
  const withRest = runs.filter(({ cost }) => cost.restMicros > 0);
  if (withRest.length === 0) return [];
  const usd = microsToUsd(withRest.reduce((sum, { cost }) => sum + cost.restMicros, 0));
  return [
    {
      model: null,
      runs: withRest.length,
      calls: 0,
      input_tokens: 0,
      output_tokens: 0,
      cache_read_tokens: 0,
      cache_creation_tokens: 0,
      cost_usd: usd,
      reported_usd: usd,
      estimated_usd: 0,
      basis: "reported",
    },
  ];
}

/** Returns the totals by model for a period, most expensive first, then by name; last the part that no model accounts for. */
export function modelTotals(
  sums: readonly CostSumRow[],
  runs: readonly Readonly<{ cost: RunCost }>[],
): readonly ModelTotalView[] {
  const byModel = new Map<string, ModelSum>();
  for (const { slice: _, ...sum } of sums) {
    const previous = byModel.get(sum.model);
    byModel.set(sum.model, previous === undefined ? sum : addSums(previous, sum));
  }
  const mostExpensiveFirst = [...byModel.values()].sort((a, b) => microsOf(b) - microsOf(a) || compareText(a.model, b.model));
  return [...mostExpensiveFirst.map(totalView), ...restView(runs)];
}
