import type { Words } from "../../../kernel/document.ts";
import { signedCoins } from "../model/explain.ts";
import { rewardBaseline } from "../model/report.ts";
import type { RunView } from "../operations/views.ts";

type EarningFields = Pick<RunView, "score" | "reward_delta" | "bonus" | "coin_delta" | "streak_pass" | "streak_block">;

const formatChange = (coins: number): string => signedCoins(Math.round(coins * 10));

/** Explains how a run's coins are computed: `(94 − 80) / 10 = +1.40; bonus for 6 passes in a row: +0.50; total +1.90`. */
export function formulaText(run: EarningFields, { t }: Pick<Words, "t">): string {
  const { score, reward_delta: reward, bonus } = run;
  const rewardText =
    reward === score - rewardBaseline
      ? `(${score} − ${rewardBaseline}) / 10 = ${signedCoins(reward)}`
      : t("score {0} earns nothing without evidence: {1}", score, signedCoins(reward));
  if (bonus === 0) return rewardText;
  const bonusText =
    bonus > 0
      ? t("bonus for {0} passes in a row: {1}", run.streak_pass, formatChange(bonus))
      : t("penalty for {0} fails in a row: {1}", run.streak_block, formatChange(bonus));
  return [rewardText, bonusText, t("total {0}", formatChange(run.coin_delta))].join("; ");
}
