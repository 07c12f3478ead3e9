import type { EvalCostView } from "../../../features/evals/operations/views.ts";
import { plain } from "../../../render/markdown/escape.ts";
import { table } from "../../../render/markdown/table.ts";
import type { TimeStyle } from "../../format/time-text.ts";
import type { Translate } from "../../format/translate.ts";
import { usd, usdKnown, whole } from "../figures.ts";

/** A bill as a Markdown document. @param of what it is the bill of */
export const evalCostReport = (of: string, view: EvalCostView, style: TimeStyle, t: Translate): string =>
  `${[`# ${t("Costs")}: ${plain(of)}`, ...costSections(view, style, t)].join("\n\n")}\n`;

/** A bill by model, its total, and what the same tokens would cost elsewhere. */
export function costSections(view: EvalCostView, style: TimeStyle, t: Translate): readonly string[] {
  if (view.entries.length === 0) return [t("No costs are recorded for the chosen runs.")];
  const tier = (amount: number | null): string => (amount === null ? "–" : usd(amount, style));
  return [
    table(
      [t("Model"), t("Calls"), t("Input"), t("Cache read"), t("Cache write"), t("Output"), t("Cost")],
      ["left", "right", "right", "right", "right", "right", "right"],
      view.entries.map((entry) => [
        plain(entry.model),
        ...[entry.calls, entry.input_tokens, entry.cache_read_tokens, entry.cache_creation_tokens, entry.output_tokens].map(
          (one) => plain(whole(one, style)),
        ),
        plain(costText(entry, style, t)),
      ]),
    ),
    ...(view.unsplit_usd === 0 ? [] : [plain(t("Not split by model, as the runs state: {0}", usd(view.unsplit_usd, style)))]),
    `**${t("Total")}: ${plain(usdKnown(view.total_usd, view.complete, style))}**${view.complete ? "" : ` ⚠ ${plain(t("incomplete: some costs are not known"))}`}`,
    table(
      [t("The same tokens with"), t("Cost")],
      ["left", "right"],
      [
        [t("the fast tier's model"), plain(tier(view.at_fast_tier_usd))],
        [t("the standard tier's model"), plain(tier(view.at_standard_tier_usd))],
        [t("the full tier's model"), plain(tier(view.at_full_tier_usd))],
      ],
    ),
    plain(t("~ is an estimate, made when the run was recorded. Price list: {0}.", pricesText(view.prices, t))),
  ];
}

const pricesText = ({ source, date, fallback }: EvalCostView["prices"], t: Translate): string =>
  fallback === null ? t("{0} of {1}", source, date) : t("{0} of {1}, then {2}", source, date, fallback);

function costText(entry: EvalCostView["entries"][number], style: TimeStyle, t: Translate): string {
  if (entry.cost_usd === null) return t("unpriced");
  if (!entry.priced) return t("{0} and unpriced calls", usd(entry.cost_usd, style));
  return `${entry.exact ? "" : "~"}${usd(entry.cost_usd, style)}`;
}
