import { blockStreakFrom, passStreakFrom } from "./coins-and-streaks.ts";
import { rewardBaseline } from "./report.ts";

/** The numbers of one run from which its coins are computed; coins in tenths, streaks after the run. */
export type EarningParts = Readonly<{
  score: number;
  rewardDelta: number;
  streakPass: number;
  streakBlock: number;
  bonusTenths: number;
  coinDeltaTenths: number;
}>;

/** Formats tenths of a coin as `+1.40` or `−0.60`, with the typographic minus. */
export function signedCoins(tenths: number): string {
  return `${tenths < 0 ? "−" : "+"}${(Math.abs(tenths) / 10).toFixed(2)}`;
}

/** Explains how a run's coins are computed: `(94 − 80) / 10 = +1.40; streak of 6 passes (5 or more): +0.50; together +1.90`. */
export function explainEarning(run: EarningParts): string {
  const reward =
    run.rewardDelta === run.score - rewardBaseline
      ? `(${run.score} − ${rewardBaseline}) / 10 = ${signedCoins(run.rewardDelta)}`
      : `score ${run.score} earns nothing without evidence: ${signedCoins(run.rewardDelta)}`;
  if (run.bonusTenths === 0) return reward;
  const streak =
    run.bonusTenths > 0
      ? `streak of ${run.streakPass} passes (${passStreakFrom} or more)`
      : `streak of ${run.streakBlock} fails (${blockStreakFrom} or more)`;
  return `${reward}; ${streak}: ${signedCoins(run.bonusTenths)}; together ${signedCoins(run.coinDeltaTenths)}`;
}

/** Shown in place of the computation of coins for a run whose automatic recording was taken back. */
export const takenBackText = "It does not count: its automatic recording was taken back.";
