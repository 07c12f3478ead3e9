import type { RunView } from "../../features/reviews/operations/views.ts";
import { coinChange, coins } from "./figures.ts";
import type { Translate } from "./translate.ts";

type Earned = Pick<RunView, "score" | "reward_delta" | "bonus" | "coin_delta" | "coins" | "streak_pass" | "streak_block">;

/**
 * How a run's coins came about, with its numbers: `(94 − 80) / 10 = +1.40; bonus for 6 passes in a row: +0.50; together +1.90;
 * coins 10.50 → 12.40`. Source: the fold of domain/review/reward.
 */
export function formulaText(run: Earned, t: Translate): string {
  const reward = `(${run.score} − ${run.score - run.reward_delta}) / 10 = ${coinChange(run.reward_delta / 10)}`;
  const after = t("coins {0} → {1}", coins(run.coins - run.coin_delta), coins(run.coins));
  if (run.bonus === 0) return `${reward}; ${after}`;
  const bonus =
    run.streak_pass > 0
      ? t("bonus for {0} passes in a row: {1}", run.streak_pass, coinChange(run.bonus))
      : t("penalty for {0} fails in a row: {1}", run.streak_block, coinChange(run.bonus));
  return `${reward}; ${bonus}; ${t("together {0}", coinChange(run.coin_delta))}; ${after}`;
}
