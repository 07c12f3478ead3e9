import type { EvalTestResultView } from "../../features/evals/operations/panel-views.ts";
import { VerdictMark } from "../runs/verdict-mark.tsx";
import type { Column } from "../shared/table/columns.ts";
import type { Texts } from "../shared/texts.ts";

/** The columns of one test's results. */
export function resultColumns(texts: Texts, open: (run: string) => void): readonly Column<EvalTestResultView>[] {
  type Row = EvalTestResultView;
  const number = (
    key: string,
    title: string,
    value: (row: Row) => number | null,
    text: (value: number) => string,
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
  const word = (key: string, title: string, value: (row: Row) => string | null): Column<Row> => ({
    key,
    title,
    numeric: false,
    value,
    text: (row) => value(row) ?? "",
  });
  const time = (row: Row): string => texts.dateTime(Date.parse(row.timestamp));
  const result = (row: Row): string => texts.t(row.passed ? "evals.cell.passed" : "evals.cell.failed");
  return [
    {
      ...word("at", texts.t("table.time"), (row) => row.timestamp),
      text: time,
      cell: (row) => (
        <button type="button" class="link" onClick={() => open(row.run)}>
          {time(row)}
        </button>
      ),
    },
    {
      ...word("result", texts.t("evals.result"), (row) => (row.passed ? "passed" : "failed")),
      text: result,
      cell: (row) => (
        <span class="with-mark">
          <VerdictMark verdict={row.passed ? "PASS" : "FAIL"} />
          {result(row)}
        </span>
      ),
    },
    number("duration", texts.t("evals.duration"), (row) => row.duration_ms, texts.duration),
    number("cost", texts.t("evals.cost"), (row) => row.cost_usd, texts.money),
    number("turns", texts.t("evals.turns"), (row) => row.turns_used, texts.number),
    word("branch", texts.t("filter.branch"), (row) => row.git_branch),
    word("sha", texts.t("run.commit"), (row) => row.git_sha),
    word("exit", texts.t("evals.exit"), (row) => row.exit_reason),
    word("error", texts.t("evals.error"), (row) => row.error),
  ];
}
