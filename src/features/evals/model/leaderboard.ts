import type { EvalRunRow } from "./queries.ts";

/**
 * One person's evals of a period; `passRate` in [0, 1] is the mean of the runs' own rates, null when no whole run has a test;
 * `costComplete` is false when a run may have cost more.
 */
export type LeaderboardRow<Who> = Readonly<{
  who: Who;
  runs: number;
  costMicros: number;
  costComplete: boolean;
  passRate: number | null;
}>;

/**
 * Sums up each person's eval runs: most runs first, then by pass rate descending, then by name. All runs have the same weight,
 * however many tests they have: 80 % and 100 % average to 90 %.
 */
export function leaderboardOf<Who extends string>(
  runs: readonly Pick<EvalRunRow, "total" | "passed" | "place" | "cost" | "partial">[],
  ownerOf: (device: string) => Who,
): readonly LeaderboardRow<Who>[] {
  const people = new Map<Who, { runs: number; costMicros: number; costComplete: boolean; rates: number[] }>();
  for (const { total, passed, cost, place, partial } of runs) {
    const who = ownerOf(place.device);
    const sum = people.get(who) ?? { runs: 0, costMicros: 0, costComplete: true, rates: [] };
    sum.runs += 1;
    sum.costMicros += cost.micros;
    sum.costComplete &&= cost.complete;
    if (total > 0 && !partial) sum.rates.push(passed / total);
    people.set(who, sum);
  }
  return [...people]
    .map(([who, { rates, ...sums }]) => ({
      who,
      ...sums,
      passRate: rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0) / rates.length,
    }))
    .sort((a, b) => b.runs - a.runs || (b.passRate ?? -1) - (a.passRate ?? -1) || (a.who < b.who ? -1 : 1));
}
