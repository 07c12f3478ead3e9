import { plain } from "../domain/escape.ts";
import { type CollectorRow, collectorRows } from "../domain/eval/collector-table.ts";
import { microsToUsd, usdText } from "../domain/eval/money.ts";
import type { EvalRun } from "../domain/eval/run.ts";
import { type CellColumn, table } from "../terminal/table.ts";

const dash = (value: number | null, text: (value: number) => string): string => (value === null ? "-" : text(value));

const columns: readonly CellColumn<CollectorRow>[] = [
  { head: "Test", cell: ({ suite, name }) => plain(suite === "" ? name : `${suite} / ${name}`) },
  { head: "", cell: ({ passed }) => (passed ? "PASS" : "FAIL") },
  { head: "Cost", align: "right", cell: ({ costMicros }) => dash(costMicros, (micros) => usdText(microsToUsd(micros))) },
  { head: "Turns", align: "right", cell: ({ turns }) => dash(turns, String) },
  { head: "Time", align: "right", cell: ({ seconds }) => dash(seconds, (one) => `${one}s`) },
  {
    head: "",
    cell: ({ attempts, detail }) =>
      [attempts > 1 ? `${attempts} attempts` : "", plain(detail)].filter((part) => part !== "").join(" "),
  },
];

/** The results of a run for people, a line a test, with the totals below. */
export function resultTable(run: EvalRun): string {
  const drawn = table(columns, collectorRows(run), { width: null, colors: { dim: (text) => text } });
  return `${drawn}\n${run.passed} of ${run.total} passed, ${usdText(run.total_cost_usd)}`;
}
