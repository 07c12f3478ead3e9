import Table from "cli-table3";
import { collectorRows } from "../domain/eval/collector-table.ts";
import { microsToUsd } from "../domain/eval/money.ts";
import type { EvalRun } from "../domain/eval/run.ts";

const dash = (value: number | null, text: (value: number) => string): string => (value === null ? "-" : text(value));

/** The results of a run for people, a line a test, with the totals below. */
export function resultTable(run: EvalRun): string {
  const table = new Table({ head: ["Test", "", "Cost", "Turns", "Time", ""], style: { head: [], border: [] } });
  for (const row of collectorRows(run)) {
    table.push([
      row.suite === "" ? row.name : `${row.suite} / ${row.name}`,
      row.passed ? "PASS" : "FAIL",
      dash(row.costMicros, (micros) => `$${microsToUsd(micros).toFixed(2)}`),
      dash(row.turns, String),
      dash(row.seconds, (seconds) => `${seconds}s`),
      row.detail,
    ]);
  }
  return `${table.toString()}\n${run.passed} of ${run.total} passed, $${run.total_cost_usd.toFixed(2)}`;
}
