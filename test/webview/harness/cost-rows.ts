import { type PricedEntry, priceEntry } from "../../../src/features/evals/model/cost.ts";
import { usdToMicros } from "../../../src/features/evals/model/money.ts";
import { referencePrices } from "../../../src/features/evals/model/price-table.ts";
import type { CostRunRow } from "../../../src/features/evals/model/queries.ts";
import type { FixtureEval } from "../../support/eval-fixtures.ts";

/** The id of the n-th eval run. */
export const runId = (index: number): string => `00000000-0000-4000-9000-${index.toString(16).padStart(12, "0")}`;

/** The cost entries of a run, priced. */
export const entriesOf = (run: FixtureEval): readonly PricedEntry[] =>
  run.costs.map((entry) => priceEntry(entry, referencePrices, Date.parse(run.timestamp)));

/** A run with its cost, in the form of the index. */
export function costRowOf(run: FixtureEval, index: number): CostRunRow {
  const entries = entriesOf(run);
  const [costliest] = entries.toSorted((a, b) => b.costMicros - a.costMicros);
  return {
    id: runId(index),
    at: Date.parse(run.timestamp),
    tier: run.tier,
    branch: run.git_branch,
    version: run.version,
    label: run.label ?? null,
    passed: run.passed,
    total: run.total,
    partial: false,
    statedMicros: usdToMicros(run.total_cost_usd),
    entries: entries.length,
    unpricedEntries: entries.filter((entry) => !entry.priced).length,
    billedMicros: entries.reduce((sum, { costMicros }) => sum + costMicros, 0),
    model: costliest?.model ?? null,
    tokens: {
      input: entries.reduce((sum, { tokens }) => sum + tokens.input, 0),
      output: entries.reduce((sum, { tokens }) => sum + tokens.output, 0),
      cacheRead: entries.reduce((sum, { tokens }) => sum + tokens.cacheRead, 0),
      cacheCreation: entries.reduce((sum, { tokens }) => sum + tokens.cacheCreation, 0),
    },
  };
}
