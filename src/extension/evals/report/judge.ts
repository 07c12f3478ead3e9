import type { EvalJudgeView } from "../../../features/evals/operations/views.ts";
import { plain } from "../../../render/markdown/escape.ts";
import { table } from "../../../render/markdown/table.ts";
import type { TimeStyle } from "../../format/time-text.ts";
import type { Translate } from "../../format/translate.ts";
import { usd, whole } from "../figures.ts";

/** What a judge said of a text, as a Markdown document. */
export function evalJudgeReport(view: EvalJudgeView, style: TimeStyle, t: Translate): string {
  const score = (value: number): string => t("{0} of 5", whole(value, style));
  const tokens = t("{0} tokens in, {1} out", whole(view.input_tokens, style), whole(view.output_tokens, style));
  const cost = view.cost_usd === null ? t("unpriced") : usd(view.cost_usd, style);
  const rows = [
    [t("Clarity"), score(view.clarity)],
    [t("Completeness"), score(view.completeness)],
    [t("Actionability"), score(view.actionability)],
    [t("Model"), view.model],
    [t("Cost"), view.cached ? t("none, the answer was cached") : `${cost}, ${tokens}`],
  ];
  return `${[
    `# ${t("Judgement")}`,
    table(
      [" ", " "],
      ["left", "left"],
      rows.map((row) => row.map(plain)),
    ),
    plain(view.reasoning),
  ].join("\n\n")}\n`;
}
