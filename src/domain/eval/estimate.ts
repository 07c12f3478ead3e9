import * as z from "zod";
import { type PricedEntry, priceEntry } from "./cost.ts";
import type { PriceTable } from "./price.ts";
import { type EvalRun, runCostEntries } from "./run.ts";

/**
 * What a run's cost entries were estimated at when it was recorded, so that its bill does not change with tomorrow's prices.
 * One amount in micro-dollars per entry of `runCostEntries`; null where the provider reported the cost or no price was known.
 */
export const costEstimates = z.object({
  source: z.string(),
  date: z.string(),
  micros: z.array(z.int().min(0).nullable()),
});

export type CostEstimates = Readonly<z.infer<typeof costEstimates>>;

/** Estimates for the entries that need them; null when none does. */
export function estimateRun(run: Pick<EvalRun, "costs" | "tests">, prices: PriceTable): CostEstimates | null {
  const priced = runCostEntries(run).map((entry) => priceEntry(entry, prices));
  if (priced.every((entry) => entry.exact)) return null;
  return {
    source: prices.source,
    date: prices.date,
    micros: priced.map((entry) => (entry.exact || !entry.priced ? null : entry.costMicros)),
  };
}

/** A run's cost entries with the amounts that stand: reported, else as estimated at the time, else by `prices`. */
export function priceRun(
  run: Pick<EvalRun, "costs" | "tests">,
  estimates: CostEstimates | null,
  prices: PriceTable,
): readonly PricedEntry[] {
  return runCostEntries(run).map((entry, index) => {
    const stored = estimates?.micros[index] ?? null;
    const priced = priceEntry(entry, prices);
    return priced.exact || stored === null ? priced : { ...priced, costMicros: stored, priced: true };
  });
}
