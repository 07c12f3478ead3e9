import type { ScoreView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { type Field, fields } from "./fields.ts";
import { verdict } from "./figures.ts";
import { count, number, plain } from "./text.ts";

/** A score with what was taken off and what was added. */
export function renderScore(view: ScoreView, style: Style): string {
  const { deductions, bonuses, suppressed, below_level } = view.scoring;
  const rows: readonly Field[] = [
    { label: "Score", value: number(view.score), remark: `reward ${view.reward_delta < 0 ? "" : "+"}${view.reward_delta}` },
    { label: "Verdict", value: verdict(view.overall_verdict, style) },
    ...deductions.map(({ kind, findings, points }) => ({
      label: kind,
      value: points === 0 ? "0" : `-${number(points)}`,
      remark: count(findings, "finding"),
    })),
    ...bonuses.map((bonus) => ({ label: plain(bonus), value: "+5" })),
  ];
  const left = [
    ...(suppressed > 0 ? [`${count(suppressed, "finding")} left out as noise`] : []),
    ...(below_level > 0 ? [`${count(below_level, "finding")} below the level`] : []),
  ];
  return [fields(rows, style), ...(left.length > 0 ? [left.join(", ")] : [])].join("\n\n");
}
