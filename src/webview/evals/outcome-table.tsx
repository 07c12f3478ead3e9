import { countColumn, moneyColumn } from "../costs/cost-table.tsx";
import type { Column } from "../shared/table/columns.ts";
import type { Texts } from "../shared/texts.ts";
import { runName } from "./outcome-chart.tsx";
import type { Outcome } from "./outcomes.ts";

/** The columns of runs by result and cost. */
export function outcomeColumns(texts: Texts, open: (run: string) => void): readonly Column<Outcome>[] {
  const word = (key: string, title: string, value: (outcome: Outcome) => string): Column<Outcome> => ({
    key,
    title,
    numeric: false,
    value,
    text: value,
  });
  return [
    {
      key: "at",
      title: texts.t("table.time"),
      numeric: false,
      value: ({ point }) => point.timestamp,
      text: ({ point }) => texts.dateTime(Date.parse(point.timestamp)),
      cell: ({ point }) => (
        <button type="button" class="link" onClick={() => open(point.id)}>
          {texts.dateTime(Date.parse(point.timestamp))}
        </button>
      ),
    },
    word("run", texts.t("table.run"), runName),
    {
      key: "rate",
      title: texts.t("tile.passRate.title"),
      numeric: true,
      value: ({ y }) => y,
      text: ({ y }) => texts.share(y),
    },
    countColumn(texts, "passed", texts.t("costs.passedTests"), ({ point }) => point.passed),
    countColumn(texts, "total", texts.t("costs.tests"), ({ point }) => point.total),
    moneyColumn(texts, "cost", texts.t("tile.cost"), ({ point }) => point.cost_usd),
    word("known", texts.t("costs.known"), ({ point }) => (point.complete ? "" : texts.t("costs.incomplete"))),
    word("best", texts.t("costs.best"), ({ point }) => (point.best ? texts.t("costs.yes") : "")),
    word("tier", texts.t("filter.tier"), ({ point }) => point.tier),
    word("model", texts.t("costs.model"), ({ point }) => point.model ?? ""),
    word("branch", texts.t("filter.branch"), ({ point }) => point.git_branch),
  ];
}
