import * as doc from "../../../kernel/document.ts";
import type { BudgetView, LimitView, SpendAddView, SpendRowView, SpendSummaryView } from "../operations/views.ts";

function levelText({ level }: Pick<LimitView, "level">, { t }: doc.Words): doc.Text {
  return {
    ok: doc.good(t("ok")),
    warning: doc.caution(t("near the limit")),
    exhausted: doc.bad(t("exhausted")),
  }[level];
}

/** Shows the spending of a period against its limit. */
function limitField(label: string, view: LimitView, words: doc.Words): doc.Field {
  const { t, usd, time } = words;
  const resets = view.resets_at === null ? "" : `, ${t("resets {0}", time(view.resets_at))}`;
  return {
    label,
    value: t("{0} of {1}", usd(view.spent_usd), usd(view.limit_usd)),
    remark: [`${t("{0}%", view.percent)}, `, levelText(view, words), resets],
  };
}

function advice(level: BudgetView["level"], { t }: doc.Words): readonly doc.Block[] {
  const more = doc.action(t("A human may grant more"), "reward-ledger budget extend AMOUNT");
  return {
    ok: [],
    warning: [doc.paragraph([doc.caution(t("Warning")), `: ${t("80% of a limit is spent.")}`]), more],
    exhausted: [doc.paragraph([doc.bad(t("Stop")), `: ${t("a limit is reached; model calls are blocked.")}`]), more],
  }[level];
}

/** Shows spending against its limits, and what may still be granted. */
export function budgetDocument(view: BudgetView, words: doc.Words): doc.Document {
  const { t, usd } = words;
  return [
    doc.fields([
      limitField(t("Today"), view.today, words),
      limitField(t("Last seven days"), view.week, words),
      limitField(t("This month"), view.month, words),
    ]),
    doc.group(
      doc.paragraph(t("At this pace today comes to {0}.", usd(view.projected_today_usd))),
      ...(view.extended_today_usd > 0 ? [doc.paragraph(t("Extended today by {0}.", usd(view.extended_today_usd)))] : []),
      doc.paragraph(
        view.allow_extension_request
          ? t("Today's limit may be extended by {0} more.", usd(view.extension_left_usd))
          : t("Extensions are not allowed."),
      ),
      ...advice(view.level, words),
    ),
  ];
}

/** Shows what was recorded, and today's spending against its limit. */
export function spendAddDocument({ entry, budget }: SpendAddView, words: doc.Words): doc.Document {
  const { t } = words;
  const { label, value, remark } = limitField(t("Today"), budget.today, words);
  return [
    doc.group(
      doc.paragraph([doc.good(t("Recorded")), ` ${t("{0} USD for {1} ({2})", entry.usd, entry.model, entry.call_site)}`]),
      doc.paragraph([`${label} `, value, ", ", remark ?? ""]),
    ),
  ];
}

function periodText(period: SpendSummaryView["period"], { t }: doc.Words): string {
  const texts = { today: t("Today"), week: t("Last seven days"), month: t("This month"), all: t("All time") };
  return texts[period];
}

function groupLabels(by: SpendSummaryView["by"], { t }: doc.Words): Readonly<{ head: string; none: string }> {
  const heads = {
    model: { head: t("Model"), none: t("no model") },
    task: { head: t("Task"), none: t("no task") },
    branch: { head: t("Branch"), none: t("no branch") },
    commit: { head: t("Commit"), none: t("no commit") },
    session: { head: t("Session"), none: t("no session") },
    day: { head: t("Day"), none: "-" },
    agent: { head: t("Agent"), none: t("no session") },
  };
  return heads[by];
}

/** Shows spending by the requested grouping, with the total. */
export function spendSummaryDocument(view: SpendSummaryView, words: doc.Words): doc.Document {
  const { t, number } = words;
  if (view.total.calls === 0) {
    const nothing = doc.paragraph(`${periodText(view.period, words)}: ${t("Nothing was spent.")}`);
    return [view.period === "all" ? nothing : doc.group(nothing, doc.action(t("Show all time"), "reward-ledger spend --all"))];
  }
  const { head, none } = groupLabels(view.by, words);
  const hasLinks = view.rows.some(({ pull_request }) => typeof pull_request === "string");
  const unpriced = view.rows.reduce((sum, { unpriced_calls = 0 }) => sum + unpriced_calls, 0);
  const columns: readonly doc.Column<SpendRowView>[] = [
    { head, shrink: 12, cell: ({ name }) => name ?? none },
    { head: t("Calls"), align: "right", cell: ({ calls }) => number(calls) },
    { head: t("Input"), align: "right", drop: 2, cell: (sum) => number(sum.input_tokens) },
    { head: t("Cache read"), align: "right", drop: 3, cell: (sum) => number(sum.cache_read_tokens) },
    { head: t("Cache write"), align: "right", drop: 4, cell: (sum) => number(sum.cache_create_tokens) },
    { head: t("Output"), align: "right", drop: 1, cell: (sum) => number(sum.output_tokens) },
    { head: "USD", align: "right", cell: (sum) => sum.usd.toFixed(4) },
    ...(hasLinks ? [{ head: t("Pull request"), shrink: 12, drop: 5, cell: (sum: SpendRowView) => sum.pull_request ?? "" }] : []),
  ];
  return [
    doc.table(columns, [...view.rows, { ...view.total, name: t("Total") }]),
    ...(unpriced === 0
      ? []
      : [
          doc.paragraph(
            doc.caution(
              doc.counted(
                words,
                unpriced,
                "{0} call has no known price; the actual cost is higher.",
                "{0} calls have no known price; the actual cost is higher.",
              ),
            ),
          ),
        ]),
  ];
}
