import type { CoinLineView, CoinPointView } from "../../../src/features/reviews/operations/views.ts";

/** The point of one passed run, with the given coins after it. */
export function runPoint(at: string, coins: number, more: Partial<CoinPointView> = {}): CoinPointView {
  return {
    at,
    coins,
    delta: 1,
    bonuses: 0,
    penalties: 0,
    runs: 1,
    passes: 1,
    advisories: 0,
    fails: 0,
    score: 90,
    streak_pass: 1,
    streak_block: 0,
    fact_id: `fact ${at}`,
    run_id: `run ${at}`,
    verdict: "PASS",
    ...more,
  };
}

export const lineView = (points: readonly CoinPointView[], more: Partial<CoinLineView> = {}): CoinLineView => ({
  agent: "claude-code",
  resolution: "run",
  coins_before: 0,
  points,
  ...more,
});
