import type { Words } from "../../../kernel/document.ts";
import { signedCoins } from "../model/explain.ts";
import { rewardBaseline } from "../model/report.ts";
import type { RunView } from "../operations/views.ts";

type Earned = Pick<RunView, "score" | "reward_delta" | "bonus" | "coin_delta" | "streak_pass" | "streak_block">;

const changeOf = (coins: number): string => signedCoins(Math.round(coins * 10));

/** Explains how a run's coins are computed: `(94 − 80) / 10 = +1.40; bonus for 6 passes in a row: +0.50; total +1.90`. */
export function formulaText(run: Earned, { t }: Pick<Words, "t">): string {
  const { score, reward_delta: reward, bonus } = run;
  const earned =
    reward === score - rewardBaseline
      ? `(${score} − ${rewardBaseline}) / 10 = ${signedCoins(reward)}`
      : t("score {0} earns nothing without evidence: {1}", score, signedCoins(reward));
  if (bonus === 0) return earned;
  const streak =
    bonus > 0
      ? t("bonus for {0} passes in a row: {1}", run.streak_pass, changeOf(bonus))
      : t("penalty for {0} fails in a row: {1}", run.streak_block, changeOf(bonus));
  return [earned, streak, t("total {0}", changeOf(run.coin_delta))].join("; ");
}
