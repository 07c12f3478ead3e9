import type { EvalJudgeView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { fields } from "../fields.ts";
import { number, plain } from "../text.ts";
import { usdOrDash } from "./figures.ts";

/** Scores, why, and what asking took. */
export function renderJudge(view: EvalJudgeView, style: Style): string {
  const score = (value: number): string => `${value} of 5`;
  const took = view.cached
    ? "cached, free"
    : `${usdOrDash(view.cost_usd)}, ${number(view.input_tokens)} tokens in, ${number(view.output_tokens)} out`;
  const table = fields(
    [
      { label: "Clarity", value: score(view.clarity), remark: "" },
      { label: "Completeness", value: score(view.completeness), remark: "" },
      { label: "Actionability", value: score(view.actionability), remark: "" },
      { label: "Judge", value: plain(view.model), remark: took },
    ],
    style,
  );
  return `${table}\n\n${plain(view.reasoning)}`;
}
