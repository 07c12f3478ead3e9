import { counted, type Document, fields, paragraph, type Words } from "../../../kernel/document.ts";
import { verdictText } from "../../shared/figures.ts";
import { bonusPoints } from "../model/score.ts";
import type { ScoreView } from "../operations/views.ts";

/** A score with its deductions and bonuses. */
export function scoreDocument(view: ScoreView, words: Words): Document {
  const { t, number } = words;
  const { deductions, bonuses, suppressed, below_level } = view.scoring;
  const omitted = [
    ...(suppressed > 0 ? [counted(words, suppressed, "{0} finding left out as noise", "{0} findings left out as noise")] : []),
    ...(below_level > 0 ? [counted(words, below_level, "{0} finding below the level", "{0} findings below the level")] : []),
  ];
  return [
    fields([
      {
        label: t("Score"),
        value: number(view.score),
        remark: t("reward {0}", `${view.reward_delta < 0 ? "" : "+"}${number(view.reward_delta)}`),
      },
      { label: t("Verdict"), value: verdictText(view.overall_verdict, words) },
      ...deductions.map(({ kind, findings, points }) => ({
        label: kind,
        value: points === 0 ? "0" : `-${number(points)}`,
        remark: counted(words, findings, "{0} finding", "{0} findings"),
      })),
      ...bonuses.map((label) => ({ label, value: `+${bonusPoints}` })),
    ]),
    ...(omitted.length === 0 ? [] : [paragraph(omitted.join(", "))]),
  ];
}
