import type { Verdict } from "./report.ts";

/** Pass streak from which each further pass earns the bonus. */
export const passStreakFrom = 5;
/** Block streak from which each further fail costs the penalty. */
export const blockStreakFrom = 3;
/** +0.50 coins, in tenths. */
export const passBonusTenths = 5;
/** −1.00 coins, in tenths. */
export const blockPenaltyTenths = -10;

/** Coins in tenths (may be negative) and the two streaks, of which at least one is 0. */
export type Standing = Readonly<{ coinTenths: number; streakPass: number; streakBlock: number }>;

export const zeroStanding: Standing = { coinTenths: 0, streakPass: 0, streakBlock: 0 };

/** The standing of an agent over all projects (`project` null) or in one. Coins and streaks are folded over only those runs. */
export type AgentStanding = Standing &
  Readonly<{
    agent: string;
    project: string | null;
    bestStreakPass: number;
    lastVerdict: Verdict | null;
    lastDelta: number | null;
    lastRunAt: number | null;
    runs: number;
  }>;

/** An agent without runs, over all projects (`project` null) or in one. */
export const noStanding = (agent: string, project: string | null): AgentStanding => ({
  agent,
  project,
  ...zeroStanding,
  bestStreakPass: 0,
  lastVerdict: null,
  lastDelta: null,
  lastRunAt: null,
  runs: 0,
});

/** What a run contributes to a standing: its reward (score − 80) and its verdict. */
export type RunOutcome = Readonly<{ rewardDelta: number; verdict: Verdict }>;

/** What a run earned: the reward of its score, plus the bonus or penalty of the streak it continues, in tenths of a coin. */
export type Earning = Readonly<{ rewardTenths: number; bonusTenths: number; coinDeltaTenths: number }>;

/**
 * Folds one run into a standing: returns the standing after the run and what the run earned.
 *
 * coins += reward_delta / 10, so the reward in tenths is the reward_delta itself. The streak counts the run itself: the fifth
 * pass in a row earns the bonus, and so does each one after it; the third fail in a row costs the penalty, and so on.
 * Source: specfact reward ledger, recording steps 4 to 7.
 */
export function step(before: Standing, run: RunOutcome): Readonly<{ after: Standing; earning: Earning }> {
  const failed = run.verdict === "FAIL";
  const streakPass = failed ? 0 : before.streakPass + 1;
  const streakBlock = failed ? before.streakBlock + 1 : 0;
  const bonusTenths = streakPass >= passStreakFrom ? passBonusTenths : streakBlock >= blockStreakFrom ? blockPenaltyTenths : 0;
  const coinDeltaTenths = run.rewardDelta + bonusTenths;
  return {
    after: { coinTenths: before.coinTenths + coinDeltaTenths, streakPass, streakBlock },
    earning: { rewardTenths: run.rewardDelta, bonusTenths, coinDeltaTenths },
  };
}
