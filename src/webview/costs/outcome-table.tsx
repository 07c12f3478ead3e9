import { type Column, countColumn, moneyColumn, numberColumn, textColumn } from "../shared/table/columns.ts";
import { timeColumn } from "../shared/table/open-cell.tsx";
import type { Texts } from "../shared/texts.ts";
import { runName } from "./outcome-chart.tsx";
import type { Outcome } from "./outcomes.ts";

/** The columns of runs by result and cost. */
export function outcomeColumns(texts: Texts, open: (run: string) => void): readonly Column<Outcome>[] {
  return [
    timeColumn(
      texts,
      ({ point }) => point.timestamp,
      ({ point }) => open(point.id),
    ),
    textColumn("run", texts.t("table.run"), runName),
    numberColumn("rate", texts.t("tile.passRate.title"), ({ y }) => y, texts.share),
    countColumn(texts, "passed", texts.t("costs.passedTests"), ({ point }) => point.passed),
    countColumn(texts, "total", texts.t("costs.tests"), ({ point }) => point.total),
    moneyColumn(texts, "cost", texts.t("tile.cost"), ({ point }) => point.cost_usd),
    textColumn("known", texts.t("costs.known"), ({ point }) => (point.complete ? "" : texts.t("costs.incomplete"))),
    textColumn("best", texts.t("costs.best"), ({ point }) => (point.best ? texts.t("costs.yes") : "")),
    textColumn("tier", texts.t("filter.tier"), ({ point }) => point.tier),
    textColumn("model", texts.t("costs.model"), ({ point }) => point.model ?? ""),
    textColumn("branch", texts.t("filter.branch"), ({ point }) => point.git_branch),
  ];
}
