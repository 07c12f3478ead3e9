import type { EvalOverviewRunView } from "../../features/evals/operations/panel-views.ts";
import type { Column } from "../shared/table/columns.ts";
import type { Texts } from "../shared/texts.ts";

/** The columns of the runs' table. */
export function evalRunColumns(texts: Texts, open: (run: string) => void): readonly Column<EvalOverviewRunView>[] {
  type Row = EvalOverviewRunView;
  const word = (key: string, title: string, value: (row: Row) => string | null): Column<Row> => ({
    key,
    title,
    numeric: false,
    value,
    text: (row) => value(row) ?? "",
  });
  const number = (
    key: string,
    title: string,
    value: (row: Row) => number | null,
    text: (value: number) => string = texts.number,
  ): Column<Row> => ({
    key,
    title,
    numeric: true,
    value,
    text: (row) => {
      const amount = value(row);
      return amount === null ? "" : text(amount);
    },
  });
  const time = (row: Row): string => texts.dateTime(Date.parse(row.timestamp));
  return [
    {
      ...word("at", texts.t("table.time"), (row) => row.timestamp),
      text: time,
      cell: (row) => (
        <button type="button" class="link" onClick={() => open(row.id)}>
          {time(row)}
        </button>
      ),
    },
    word("tier", texts.t("filter.tier"), (row) => row.tier),
    word("branch", texts.t("filter.branch"), (row) => row.git_branch),
    number("rate", texts.t("evals.passRate"), (row) => row.pass_rate?.rate ?? null, texts.share),
    number("low", texts.t("evals.low"), (row) => row.pass_rate?.low ?? null, texts.share),
    number("high", texts.t("evals.high"), (row) => row.pass_rate?.high ?? null, texts.share),
    number("passed", texts.t("table.passes"), (row) => row.pass_rate?.passed ?? null),
    number("tests", texts.t("evals.tests"), (row) => row.pass_rate?.total ?? null),
    number("cost", texts.t("evals.cost"), (row) => row.cost_usd, texts.money),
    number("duration", texts.t("evals.duration"), (row) => row.duration_seconds * 1000, texts.duration),
    word("version", texts.t("evals.version"), (row) => row.version),
    word("label", texts.t("evals.label"), (row) => row.label),
    word("sha", texts.t("run.commit"), (row) => row.git_sha),
  ];
}
