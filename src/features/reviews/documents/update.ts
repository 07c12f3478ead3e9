import {
  type Block,
  caution,
  counted,
  type Document,
  good,
  group,
  paragraph,
  type Words,
  warning,
} from "../../../kernel/document.ts";
import { coinChangeText } from "../../shared/figures.ts";
import type { UpdateView } from "../operations/views.ts";
import { standingLine } from "./status.ts";

/** What was recorded, what it earned, and the agent's standing. */
export const updateDocument = (view: UpdateView, words: Words): Document => [recordedBlock(view, words)];

export function recordedBlock({ recorded, run, status, warnings }: Omit<UpdateView, "reason">, words: Words): Block {
  const { t, number } = words;
  const standing = [standingLine(status, words), ...warnings.map((text) => warning(text))];
  if (!recorded) {
    return group(paragraph([caution(t("Unchanged")), ": ", t("run {0} is already recorded", run.run_id)]), ...standing);
  }
  const findings = counted(words, run.findings, "{0} finding", "{0} findings");
  const figures = [
    t("score {0}", number(run.score)),
    run.blocking === 0 ? findings : `${findings} (${t("{0} blocking", number(run.blocking))})`,
    t("{0} coins", coinChangeText(run.coin_delta)),
    ...(run.bonus > 0 ? [t("streak bonus {0} included", coinChangeText(run.bonus))] : []),
    ...(run.bonus < 0 ? [t("streak penalty {0} included", coinChangeText(run.bonus))] : []),
  ];
  return group(paragraph([good(t("Recorded")), ` ${run.run_id}: ${figures.join(", ")}`]), ...standing);
}
