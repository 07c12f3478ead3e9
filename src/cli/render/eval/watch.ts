import type { EvalWatchView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { type CellColumn, table } from "../table.ts";
import { count, plain } from "../text.ts";
import { passText, seconds, usd, usdOrDash } from "./figures.ts";

type Done = EvalWatchView["completed"][number];

const nothing =
  "No collector has run here yet.\nTests report with the library reward-ledger/collector; see docs/eval-results.md.";

function headline({ state, run_id }: EvalWatchView, { colors }: Style): string {
  switch (state) {
    case "none":
      return nothing;
    case "running":
      return `${colors.cyan("Running")} ${plain(run_id ?? "")}`;
    case "finished":
      return `${colors.green("Finished")} ${plain(run_id ?? "")}`;
    case "failed":
      return `${colors.red("Failed")} ${plain(run_id ?? "")}`;
    case "gone":
      return `${colors.red("Its process is gone")}; what it had added is kept: ${plain(run_id ?? "")}`;
    default:
      return state satisfies never;
  }
}

function currentLine({ current }: EvalWatchView, { colors }: Style): readonly string[] {
  if (current === null) return [];
  const tool = current.last_tool === null ? "" : `, last tool ${plain(current.last_tool)}`;
  const line = `${colors.cyan("…")} ${plain(current.test)}  ${seconds(current.elapsed_seconds)}, turn ${current.turn}${tool}`;
  return current.stale ? [line, colors.yellow("  No tool was called for more than ten minutes.")] : [line];
}

const doneText = ({ completed, expected }: EvalWatchView): string =>
  expected === null ? count(completed.length, "test") : `${completed.length} of ${count(expected, "test")}`;

const nameOf = ({ suite, name }: Done): string => plain(suite === "" ? name : `${suite} / ${name}`);

/** A line of a test that stays the same whatever comes after it, for where nothing can be drawn again. */
const doneLine = (one: Done, style: Style): string =>
  [
    passText(one.passed, style),
    nameOf(one) + (one.attempts > 1 ? ` (${one.attempts} attempts)` : ""),
    usdOrDash(one.cost_usd),
    one.seconds === null ? "-" : seconds(one.seconds),
  ].join("  ");

/**
 * One picture of a collector: the tests that are done, the one that runs, and what it came to. Where nothing can be drawn again,
 * only what is final is told, in the order in which it becomes so.
 */
export function renderWatch(view: EvalWatchView, style: Style): string {
  if (view.state === "none") return nothing;
  const columns: readonly CellColumn<Done>[] = [
    { head: "", cell: ({ passed }) => passText(passed, style) },
    { head: "Test", shrink: 16, cell: nameOf },
    { head: "Cost", align: "right", cell: ({ cost_usd }) => usdOrDash(cost_usd) },
    { head: "Turns", align: "right", drop: 1, cell: ({ turns }) => String(turns ?? "-") },
    { head: "Time", align: "right", cell: (one) => (one.seconds === null ? "-" : seconds(one.seconds)) },
  ];
  const failed = view.completed.filter(({ passed }) => !passed).length;
  const done = `${doneText(view)} done${failed === 0 ? "" : `, ${failed} failed`}`;
  const sum = `${done}, ${usd(view.total_cost_usd)}, ${seconds(view.elapsed_seconds)}`;
  const head = headline(view, style);
  if (!style.interactive) {
    const lines = view.completed.map((one) => doneLine(one, style));
    return (view.state === "running" ? [head, ...lines] : [...lines, head, sum]).join("\n");
  }
  const drawn = view.completed.length === 0 ? [] : [table(columns, view.completed, style)];
  return [head, ...drawn, ...currentLine(view, style), sum].join("\n");
}
