import { type Column, countColumn, moneyColumn, numberColumn, wordColumn } from "../shared/table/columns.ts";
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
    wordColumn("run", texts.t("table.run"), runName),
    numberColumn("rate", texts.t("tile.passRate.title"), ({ y }) => y, texts.share),
    countColumn(texts, "passed", texts.t("costs.passedTests"), ({ point }) => point.passed),
    countColumn(texts, "total", texts.t("costs.tests"), ({ point }) => point.total),
    moneyColumn(texts, "cost", texts.t("tile.cost"), ({ point }) => point.cost_usd),
    wordColumn("known", texts.t("costs.known"), ({ point }) => (point.complete ? "" : texts.t("costs.incomplete"))),
    wordColumn("best", texts.t("costs.best"), ({ point }) => (point.best ? texts.t("costs.yes") : "")),
    wordColumn("tier", texts.t("filter.tier"), ({ point }) => point.tier),
    wordColumn("model", texts.t("costs.model"), ({ point }) => point.model ?? ""),
    wordColumn("branch", texts.t("filter.branch"), ({ point }) => point.git_branch),
  ];
}
