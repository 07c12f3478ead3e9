import { type RunCost, runCost, tellsCost } from "../../domain/eval/cost-trend.ts";
import { usdToMicros } from "../../domain/eval/money.ts";
import type { CostRunRow, EvalQueries, EvalRunRow, EvalScope } from "../../domain/eval/queries.ts";
import type { EvalCostView } from "../eval-views.ts";

/** What a run cost, and whether it tells that at all. */
export type ToldCost = RunCost & Readonly<{ tells: boolean }>;

type Stated = Pick<CostRunRow, "statedMicros" | "billedMicros" | "entries" | "unpricedEntries">;

const toldCost = (row: Stated): ToldCost => ({ ...runCost(row), tells: tellsCost(row) });

/** What the runs of a scope cost, wherever a run's cost is shown. */
export function runCosts(
  evals: Pick<EvalQueries, "costRuns">,
  scope: EvalScope,
): (run: Pick<EvalRunRow, "id" | "costMicros">) => ToldCost {
  const costs = new Map(evals.costRuns(scope).map((row) => [row.id, toldCost(row)]));
  return ({ id, costMicros: statedMicros }) =>
    costs.get(id) ?? toldCost({ statedMicros, billedMicros: 0, entries: 0, unpricedEntries: 0 });
}

/** The part of a scope that some of its newest runs lie in, newest first: fewer costs are read for a short list. */
export const scopeOfNewest = (scope: EvalScope, runs: readonly Pick<EvalRunRow, "at">[]): EvalScope => ({
  ...scope,
  from: runs.at(-1)?.at ?? scope.from,
});

/** What one run cost by its own bill. */
export const costByBill = ({ costMicros }: Pick<EvalRunRow, "costMicros">, bill: EvalCostView): RunCost =>
  runCost({
    statedMicros: costMicros,
    billedMicros: usdToMicros(bill.total_usd),
    entries: bill.entries.length,
    unpricedEntries: bill.entries.filter(({ priced }) => !priced).length,
  });
