import type { PricedEntry } from "./cost.ts";

/**
 * Cost of one run in micro-dollars. `restMicros` is the part of its stated total that exceeds its cost entries and is not
 * assigned to a model; `complete` is false when some entry has no price, or when the run does not report its cost: it may have
 * cost more.
 */
export type RunCost = Readonly<{ micros: number; restMicros: number; complete: boolean }>;

/** Cost of a run; `tells` is whether the run reports its cost at all. */
export type ReportedCost = RunCost & Readonly<{ tells: boolean }>;

/** The values of a run from which its cost is derived. */
type CostInputs = Readonly<{ statedMicros: number; billedMicros: number; entries: number; unpricedEntries: number }>;

/** Whether a run reports its cost, by an entry or by a total. A total of 0 without an entry is a cost that was not measured. */
export const reportsCost = ({ entries, statedMicros }: CostInputs): boolean => entries > 0 || statedMicros > 0;

/**
 * Returns the cost of a run: the sum of its entries. If it has no entries, or some have no price, its stated total counts if that
 * is higher.
 */
export function runCost(row: CostInputs): RunCost {
  const { statedMicros, billedMicros, entries, unpricedEntries } = row;
  const isKnown = entries > 0 && unpricedEntries === 0;
  const restMicros = isKnown ? 0 : Math.max(0, statedMicros - billedMicros);
  return { micros: billedMicros + restMicros, restMicros, complete: unpricedEntries === 0 && reportsCost(row) };
}

/** Returns the cost of a run from its entries and the total that it states. */
export function costOfEntries(statedMicros: number, entries: readonly PricedEntry[]): ReportedCost {
  const inputs = {
    statedMicros,
    billedMicros: entries.reduce((sum, { costMicros }) => sum + costMicros, 0),
    entries: entries.length,
    unpricedEntries: entries.filter(({ priced }) => !priced).length,
  };
  return { ...runCost(inputs), tells: reportsCost(inputs) };
}

/** Pass rate and cost of a run. Only complete costs can be compared. */
export type Outcome = Readonly<{ passRate: number; costMicros: number; complete: boolean }>;

/**
 * Returns which outcomes are Pareto-optimal: no other outcome passed at least as much at no higher cost and was better in one of
 * the two. Outcomes with an incomplete cost are never optimal and never beat others.
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

/** Micro-dollars per item of `count` items, rounded half up; null when `count` is 0. */
export const microsEach = (micros: number, count: number): number | null => (count > 0 ? Math.round(micros / count) : null);
