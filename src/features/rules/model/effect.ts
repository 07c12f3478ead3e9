import { type EventCount, type RateChange, rateChange } from "../../../kernel/statistics/rate-ratio.ts";

/** Whether teaching a rule changed how often it is broken. */
export type Effect = "helped" | "worse" | "no_effect" | "too_early";

/** Minimum number of runs on each side for an effect to be judged. */
export const runsForEffect = 5;

/** A difference with a p-value below this counts as a change. */
const significance = 0.05;

export type EffectResult = Readonly<{ effect: Effect; change: RateChange | null }>;

/** Compares how often a rule was broken per run before it was taught and since. */
export function effectOf(before: EventCount, after: EventCount): EffectResult {
  if (before.units < runsForEffect || after.units < runsForEffect) return { effect: "too_early", change: null };
  const change = rateChange(before, after);
  if (change.p >= significance) return { effect: "no_effect", change };
  return { effect: after.events * before.units < before.events * after.units ? "helped" : "worse", change };
}
