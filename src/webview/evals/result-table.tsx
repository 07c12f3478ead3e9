import type { EvalTestResultView } from "../../features/evals/operations/panel-views.ts";
import { type Column, numberColumn, textColumn } from "../shared/table/columns.ts";
import { timeColumn } from "../shared/table/open-cell.tsx";
import type { Texts } from "../shared/texts.ts";
import { VerdictMark } from "../shared/verdict-mark.tsx";

/** The columns of one test's results. */
export function resultColumns(texts: Texts, open: (run: string) => void): readonly Column<EvalTestResultView>[] {
  type Row = EvalTestResultView;
  const result = (row: Row): string => texts.t(row.passed ? "evals.cell.passed" : "evals.cell.failed");
  return [
    timeColumn(
      texts,
      ({ timestamp }) => timestamp,
      ({ run }) => open(run),
    ),
    {
      ...textColumn<Row>("result", texts.t("evals.result"), (row) => (row.passed ? "passed" : "failed")),
      text: result,
      cell: (row) => (
        <span class="with-mark">
          <VerdictMark verdict={row.passed ? "PASS" : "FAIL"} />
          {result(row)}
        </span>
      ),
    },
    numberColumn<Row>("duration", texts.t("evals.duration"), (row) => row.duration_ms, texts.duration),
    numberColumn<Row>("cost", texts.t("evals.cost"), (row) => row.cost_usd, texts.money),
    numberColumn<Row>("turns", texts.t("evals.turns"), (row) => row.turns_used, texts.number),
    textColumn<Row>("branch", texts.t("filter.branch"), (row) => row.git_branch),
    textColumn<Row>("sha", texts.t("run.commit"), (row) => row.git_sha),
    textColumn<Row>("exit", texts.t("evals.exit"), (row) => row.exit_reason),
    textColumn<Row>("error", texts.t("evals.error"), (row) => row.error),
  ];
}
