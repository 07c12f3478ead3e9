import type { TrendsView } from "../../features/reviews/operations/views.ts";
import type { Column } from "../shared/table/columns.ts";
import type { Texts } from "../shared/texts.ts";

/** One broken rule as the view gives it. */
export type RuleRow = TrendsView["violations"][number];

/** Findings more (positive) or fewer than in the period before; null when there is none. */
export const changeOf = (row: RuleRow): number | null => (row.previous === null ? null : row.count - row.previous);

/** The rules whose name contains every word of a query, case ignored. */
export function matchingRules(rows: readonly RuleRow[], query: string): readonly RuleRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? rows : rows.filter(({ rule }) => words.every((word) => rule.toLowerCase().includes(word)));
}

/** The columns of the rules' table. */
export function violationColumns(texts: Texts, open: (row: RuleRow) => void): readonly Column<RuleRow>[] {
  const number = (
    key: string,
    title: string,
    value: (row: RuleRow) => number | null,
    format: (value: number) => string = texts.number,
  ): Column<RuleRow> => ({
    key,
    title,
    numeric: true,
    value,
    text: (row) => {
      const amount = value(row);
      return amount === null ? "" : format(amount);
    },
  });
  return [
    {
      key: "rule",
      title: texts.t("table.rule"),
      numeric: false,
      value: ({ rule }) => rule,
      text: ({ rule }) => rule,
      cell: (row) => (
        <button type="button" class="link" onClick={() => open(row)}>
          {row.rule}
        </button>
      ),
    },
    number("count", texts.t("table.count"), ({ count }) => count),
    number("runs", texts.t("table.runs"), ({ runs }) => runs),
    number("before", texts.t("table.before"), ({ previous }) => previous),
    number("change", texts.t("table.change"), changeOf, texts.signed),
    number("errors", texts.t("table.errors"), (row) => row.by_severity.error),
    number("warnings", texts.t("table.warnings"), (row) => row.by_severity.warning),
    number("infos", texts.t("table.infos"), (row) => row.by_severity.info),
  ];
}
