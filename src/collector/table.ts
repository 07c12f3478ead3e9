import { type CollectorRow, collectorRows } from "../features/evals/model/collector-rows.ts";
import { microsToUsd, usdText } from "../features/evals/model/money.ts";
import type { EvalRun } from "../features/evals/model/run.ts";
import { sanitize } from "../kernel/escape.ts";
import { type CellColumn, table } from "../render/terminal/table.ts";

const orDash = (value: number | null, text: (value: number) => string): string => (value === null ? "-" : text(value));

const columns: readonly CellColumn<CollectorRow>[] = [
  { head: "Test", cell: ({ suite, name }) => sanitize(suite === "" ? name : `${suite} / ${name}`) },
  { head: "", cell: ({ passed }) => (passed ? "PASS" : "FAIL") },
  { head: "Cost", align: "right", cell: ({ costMicros }) => orDash(costMicros, (micros) => usdText(microsToUsd(micros))) },
  { head: "Turns", align: "right", cell: ({ turns }) => orDash(turns, String) },
  { head: "Time", align: "right", cell: ({ seconds }) => orDash(seconds, (one) => `${one}s`) },
  {
    head: "",
    cell: ({ attempts, detail }) =>
      [attempts > 1 ? `${attempts} attempts` : "", sanitize(detail)].filter((part) => part !== "").join(" "),
  },
];

/** The results of a run for people: one line per test, with the totals below. */
export function resultTable(run: EvalRun): string {
  const drawn = table(columns, collectorRows(run), { width: null, colors: { dim: (text) => text } });
  return `${drawn}\n${run.passed} of ${run.total} passed, ${usdText(run.total_cost_usd)}`;
}
