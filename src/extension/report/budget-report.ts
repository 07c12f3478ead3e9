import type { BudgetView, SpendSummaryView } from "../../features/agent/operations/views.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import { usd } from "../agent/texts.ts";
import { fullTime, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

/** How a ceiling's level is named. */
const levelText = (level: BudgetView["level"], t: Translate): string =>
  ({ ok: t("within"), warning: t("nearly reached"), exhausted: t("reached") })[level];

/** Spending against its ceilings as a Markdown document. */
export function budgetReport(budget: BudgetView, style: TimeStyle, t: Translate): string {
  const periods = [
    [t("Today"), budget.today],
    [t("Last seven days"), budget.week],
    [t("This month"), budget.month],
  ] as const;
  const allowed = budget.allow_extension_request
    ? t("Today's ceiling may be extended by {0} more.", usd(budget.extension_left_usd, style))
    : t("Extensions are not allowed.");
  const notes = [
    t("At this pace today comes to {0}.", usd(budget.projected_today_usd, style)),
    ...(budget.extended_today_usd > 0 ? [t("Extended today by {0}.", usd(budget.extended_today_usd, style))] : []),
    allowed,
  ];
  const rows = periods.map(([name, ceiling]) => [
    plain(name),
    plain(usd(ceiling.spent_usd, style)),
    plain(usd(ceiling.ceiling_usd, style)),
    `${Math.round(ceiling.percent)} %`,
    plain(levelText(ceiling.level, t)),
    ceiling.resets_at === null ? "" : plain(fullTime(ceiling.resets_at, style)),
  ]);
  return `${[
    `# ${t("Budget")}`,
    table(
      [" ", t("Spent"), t("Ceiling"), " ", t("State"), t("Starts anew")],
      ["left", "right", "right", "right", "left", "left"],
      rows,
    ),
    notes.map((one) => `- ${plain(one)}`).join("\n"),
  ].join("\n\n")}\n`;
}

/** Spending of a period as a Markdown document. */
export function spendReport(title: string, { by, rows, total }: SpendSummaryView, style: TimeStyle, t: Translate): string {
  if (rows.length === 0) return `# ${plain(title)}\n\n${t("Nothing was spent.")}\n`;
  const number = new Intl.NumberFormat(style.locale);
  const line = (name: string, sum: SpendSummaryView["total"]): readonly string[] => [
    name,
    number.format(sum.calls),
    number.format(sum.input_tokens),
    number.format(sum.cache_read_tokens + sum.cache_create_tokens),
    number.format(sum.output_tokens),
    plain(usd(sum.usd, style)),
  ];
  const header = [by === "task" ? t("Task") : t("Model"), t("Calls"), t("Input"), t("Cache"), t("Output"), t("Cost")];
  return `# ${plain(title)}\n\n${table(
    header,
    ["left", "right", "right", "right", "right", "right"],
    [...rows.map((row) => line(plain(row.name ?? t("no task")), row)), line(`**${t("Total")}**`, total)],
  )}\n`;
}
