import type { PricedEntry } from "./cost.ts";

/**
 * What one run cost, micro-dollars. `restMicros` is the part that its stated total has beyond its cost entries and that no model
 * accounts for; `complete` is false when some entry has no price, or when the run tells nothing of its cost: it may have cost more.
 */
export type RunCost = Readonly<{ micros: number; restMicros: number; complete: boolean }>;

/** What a run cost, and whether it reports that at all. */
export type ReportedCost = RunCost & Readonly<{ tells: boolean }>;

/** What of a run tells what it cost. */
type Stated = Readonly<{ statedMicros: number; billedMicros: number; entries: number; unpricedEntries: number }>;

/** Whether a run tells what it cost: by an entry, or by a total. A total of 0 without an entry is a cost that nobody measured. */
export const tellsCost = ({ entries, statedMicros }: Stated): boolean => entries > 0 || statedMicros > 0;

/**
 * A run costs what its entries come to. Where it has none, or not all of them have a price, what it states in total counts if that
 * is more.
 */
export function runCost(row: Stated): RunCost {
  const { statedMicros, billedMicros, entries, unpricedEntries } = row;
  const known = entries > 0 && unpricedEntries === 0;
  const restMicros = known ? 0 : Math.max(0, statedMicros - billedMicros);
  return { micros: billedMicros + restMicros, restMicros, complete: unpricedEntries === 0 && tellsCost(row) };
}

/** What a run cost by its own entries and the total that it states. */
export function costOfEntries(statedMicros: number, entries: readonly PricedEntry[]): ReportedCost {
  const stated = {
    statedMicros,
    billedMicros: entries.reduce((sum, { costMicros }) => sum + costMicros, 0),
    entries: entries.length,
    unpricedEntries: entries.filter(({ priced }) => !priced).length,
  };
  return { ...runCost(stated), tells: tellsCost(stated) };
}

/** What a run got and what it took. Only a complete cost can be compared. */
export type Outcome = Readonly<{ passRate: number; costMicros: number; complete: boolean }>;

/**
 * Which outcomes are Pareto-best: no other one passed at least as much for at most the same money and was better in one of the two.
 * Outcomes whose cost is incomplete neither are best nor beat others.
 */
export function paretoBest(outcomes: readonly Outcome[]): readonly boolean[] {
  const cheapestFirst = outcomes
    .map((outcome, index) => ({ ...outcome, index }))
    .filter(({ complete }) => complete)
    .sort((a, b) => a.costMicros - b.costMicros || b.passRate - a.passRate);
  const best = outcomes.map(() => false);
  let top: Outcome | undefined;
  for (const one of cheapestFirst) {
    const equal = top !== undefined && one.costMicros === top.costMicros && one.passRate === top.passRate;
    if (!equal && top !== undefined && one.passRate <= top.passRate) continue;
    best[one.index] = true;
    top = one;
  }
  return best;
}

/** Micro-dollars for each of `count` things, rounded half up; null when there is none. */
export const microsEach = (micros: number, count: number): number | null => (count > 0 ? Math.round(micros / count) : null);
