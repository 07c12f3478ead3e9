import * as z from "zod";
import { path, plain } from "../../../kernel/privacy.ts";
import { acceptsEstimate, type PricedEntry, priceEntry } from "./cost.ts";
import { maxMicros } from "./money.ts";
import { noPrices, type PriceTable, sourceNames } from "./price-table.ts";
import { type EvalRun, runCostEntries } from "./run.ts";

/**
 * Estimated costs of a run's cost entries, made when the run is recorded, so that later price changes do not change its bill. One
 * amount in micro-dollars per entry of `runCostEntries`; null where the provider reported the cost or no price was known.
 */
export const costEstimates = z.object({
  /** Names of the price lists; one may be the name of a file. */
  source: path(z.string()),
  date: plain(z.string()),
  micros: z.array(z.int().min(0).nullable()),
});

export type CostEstimates = Readonly<z.infer<typeof costEstimates>>;

/**
 * Estimates the cost of the entries that need it, with the prices at the time of the run; null when no entry needs it.
 * @param at time of the run, ms since the epoch
 */
export function estimateRun(run: Pick<EvalRun, "costs" | "tests">, prices: PriceTable, at: number): CostEstimates | null {
  const priced = runCostEntries(run).map((entry) => priceEntry(entry, prices, at));
  if (priced.every((entry) => entry.exact)) return null;
  return {
    source: sourceNames(prices),
    date: prices.date,
    micros: priced.map((entry) => (entry.exact || !entry.priced ? null : entry.costMicros)),
  };
}

/**
 * Returns a run's cost entries with their final amounts: as reported, else as estimated when the run was recorded. An entry that
 * had no price then stays unpriced, so that the bill is the same on every machine and on every day.
 */
export function priceRun(run: Pick<EvalRun, "costs" | "tests">, estimates: CostEstimates | null): readonly PricedEntry[] {
  return runCostEntries(run).map((entry, index) => {
    const stored = estimates?.micros[index] ?? null;
    const priced = priceEntry(entry, noPrices, 0);
    const isUsable = stored !== null && stored <= maxMicros && acceptsEstimate(entry);
    return isUsable ? { ...priced, costMicros: stored, priced: true } : priced;
  });
}
