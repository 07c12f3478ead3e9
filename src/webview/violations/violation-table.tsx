import type { TrendsView } from "../../features/reviews/operations/views.ts";
import { type Column, countColumn, numberColumn, textColumn } from "../shared/table/columns.ts";
import { withOpenButton } from "../shared/table/open-cell.tsx";
import type { Texts } from "../shared/texts.ts";

/** A broken rule of the view. */
export type RuleRow = TrendsView["violations"][number];

/** Change in the number of findings against the period before; null if there is no such period. */
export const changeOf = (row: RuleRow): number | null => (row.previous === null ? null : row.count - row.previous);

/** The rules whose name contains every word of a query, case ignored. */
export function matchingRules(rows: readonly RuleRow[], query: string): readonly RuleRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? rows : rows.filter(({ rule }) => words.every((word) => rule.toLowerCase().includes(word)));
}

/** The columns of the rules' table. */
export function violationColumns(texts: Texts, open: (row: RuleRow) => void): readonly Column<RuleRow>[] {
  return [
    withOpenButton(
      textColumn<RuleRow>("rule", texts.t("table.rule"), ({ rule }) => rule),
      open,
    ),
    countColumn(texts, "count", texts.t("table.count"), ({ count }) => count),
    countColumn(texts, "runs", texts.t("table.runs"), ({ runs }) => runs),
    countColumn(texts, "before", texts.t("table.before"), ({ previous }) => previous),
    numberColumn("change", texts.t("table.change"), changeOf, texts.signed),
    countColumn(texts, "errors", texts.t("table.errors"), (row) => row.by_severity.error),
    countColumn(texts, "warnings", texts.t("table.warnings"), (row) => row.by_severity.warning),
    countColumn(texts, "infos", texts.t("table.infos"), (row) => row.by_severity.info),
  ];
}
