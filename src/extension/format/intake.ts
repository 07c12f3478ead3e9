import type { IntakeBatchView } from "../../features/intake/operations/views.ts";
import { coinChange, runCount } from "./figures.ts";
import { fullTime, type TimeStyle } from "./time-text.ts";
import type { Translate } from "./translate.ts";

/** Quick pick texts for a batch of automatic recordings: time, what it recorded, coins and projects. */
export function batchChoice(
  one: IntakeBatchView,
  style: TimeStyle,
  t: Translate,
): Readonly<{ label: string; description: string }> {
  const recorded = [
    one.reviews === 0 ? undefined : runCount(one.reviews, t),
    one.evals === 0 ? undefined : one.evals === 1 ? t("1 eval run") : t("{0} eval runs", one.evals),
    t("{0} coins", coinChange(one.coins)),
  ];
  return {
    label: fullTime(one.at, style),
    description: [...recorded, one.projects.join(", ")].filter((part) => part !== undefined && part !== "").join(" · "),
  };
}
