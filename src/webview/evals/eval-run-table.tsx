import type { EvalOverviewRunView } from "../../features/evals/operations/panel-views.ts";
import { type Column, countColumn, numberColumn, textColumn } from "../shared/table/columns.ts";
import { timeColumn } from "../shared/table/open-cell.tsx";
import type { Texts } from "../shared/texts.ts";
import { markWords } from "./run-marks.ts";

/** The columns of the runs' table. */
export function evalRunColumns(texts: Texts, open: (run: string) => void): readonly Column<EvalOverviewRunView>[] {
  type Row = EvalOverviewRunView;
  return [
    timeColumn(
      texts,
      ({ timestamp }) => timestamp,
      ({ id }) => open(id),
    ),
    textColumn<Row>("tier", texts.t("filter.tier"), (row) => row.tier),
    textColumn<Row>("branch", texts.t("filter.branch"), (row) => row.git_branch),
    numberColumn<Row>("rate", texts.t("evals.passRate"), (row) => row.pass_rate?.rate ?? null, texts.share),
    numberColumn<Row>("low", texts.t("evals.low"), (row) => row.pass_rate?.low ?? null, texts.share),
    numberColumn<Row>("high", texts.t("evals.high"), (row) => row.pass_rate?.high ?? null, texts.share),
    countColumn<Row>(texts, "passed", texts.t("table.passes"), (row) => row.pass_rate?.passed ?? null),
    countColumn<Row>(texts, "tests", texts.t("evals.tests"), (row) => row.pass_rate?.total ?? null),
    numberColumn<Row>("cost", texts.t("evals.cost"), (row) => row.cost_usd, texts.money),
    numberColumn<Row>("duration", texts.t("evals.duration"), (row) => row.duration_seconds * 1000, texts.duration),
    textColumn<Row>("mark", texts.t("evals.mark"), (row) => markWords(texts, row)),
    textColumn<Row>("version", texts.t("evals.version"), (row) => row.version),
    textColumn<Row>("label", texts.t("evals.label"), (row) => row.label),
    textColumn<Row>("sha", texts.t("run.commit"), (row) => row.git_sha),
  ];
}
