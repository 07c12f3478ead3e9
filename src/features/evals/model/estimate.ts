import * as z from "zod";
import { path, plain } from "../../../kernel/privacy.ts";
import { mayBeEstimated, type PricedEntry, priceEntry } from "./cost.ts";
import { mostMicros } from "./money.ts";
import { namesOf, noPrices, type PriceTable } from "./price-table.ts";
import { type EvalRun, runCostEntries } from "./run.ts";

/**
 * What a run's cost entries were estimated at when it was recorded, so that its bill does not change with tomorrow's prices.
 * One amount in micro-dollars per entry of `runCostEntries`; null where the provider reported the cost or no price was known.
 */
export const costEstimates = z.object({
  /** Names of the lists of prices; one may be a file's. */
  source: path(z.string()),
  date: plain(z.string()),
  micros: z.array(z.int().min(0).nullable()),
});

export type CostEstimates = Readonly<z.infer<typeof costEstimates>>;

/**
 * Estimates for the entries that need them, with the prices of the run's time; null when none does.
 * @param at when the run was, ms since the epoch
 */
export function estimateRun(run: Pick<EvalRun, "costs" | "tests">, prices: PriceTable, at: number): CostEstimates | null {
  const priced = runCostEntries(run).map((entry) => priceEntry(entry, prices, at));
  if (priced.every((entry) => entry.exact)) return null;
  return {
    source: namesOf(prices),
    date: prices.date,
    micros: priced.map((entry) => (entry.exact || !entry.priced ? null : entry.costMicros)),
  };
}

/**
 * A run's cost entries with the amounts that stand: reported, else as estimated when the run was recorded. What had no price then
 * has none later, so that every machine and every day gives the same bill.
 */
export function priceRun(run: Pick<EvalRun, "costs" | "tests">, estimates: CostEstimates | null): readonly PricedEntry[] {
  return runCostEntries(run).map((entry, index) => {
    const stored = estimates?.micros[index] ?? null;
    const priced = priceEntry(entry, noPrices, 0);
    const stands = stored !== null && stored <= mostMicros && mayBeEstimated(entry);
    return stands ? { ...priced, costMicros: stored, priced: true } : priced;
  });
}
