import type { IntakeBatchView } from "../../features/intake/operations/views.ts";
import { coinChange, runCount } from "./figures.ts";
import { fullTime, type TimeStyle } from "./time-text.ts";
import type { Translate } from "./translate.ts";

/** Quick pick texts for a batch of automatic recordings: time, what it recorded, coins and projects. */
export function batchChoice(
  batch: IntakeBatchView,
  style: TimeStyle,
  t: Translate,
): Readonly<{ label: string; description: string }> {
  const parts = [
    batch.reviews === 0 ? undefined : runCount(batch.reviews, t),
    batch.evals === 0 ? undefined : batch.evals === 1 ? t("1 eval run") : t("{0} eval runs", batch.evals),
    t("{0} coins", coinChange(batch.coins)),
  ];
  return {
    label: fullTime(batch.at, style),
    description: [...parts, batch.projects.join(", ")].filter((part) => part !== undefined && part !== "").join(" · "),
  };
}
