import { step } from "../model/coins-and-streaks.ts";
import type { Verdict } from "../model/report.ts";

/** Applies the domain's `step` to a streak in stored form: positive for passes, negative for fails. */
export function nextStreak(
  before: number,
  run: Readonly<{ rewardDelta: number; verdict: Verdict }>,
): Readonly<{ streak: number; bonusTenths: number }> {
  const { after, earning } = step({ coinTenths: 0, streakPass: Math.max(before, 0), streakBlock: Math.max(-before, 0) }, run);
  return { streak: after.streakPass - after.streakBlock, bonusTenths: earning.bonusTenths };
}
