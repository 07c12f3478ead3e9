import type { EvalListPage, EvalListView, EvalRunView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { absolute } from "../../../render/terminal/time.ts";
import { type CellColumn, table } from "../table.ts";
import { count, number, plain } from "../text.ts";
import { percent, runMark, seconds, shortIds, usdKnown } from "./figures.ts";

type RunColumn = CellColumn<EvalListView>;

const passColour = ({ passed, total }: EvalRunView, { colors }: Style) =>
  passed === total ? colors.green : passed * 2 < total ? colors.red : colors.yellow;

const differs = (runs: readonly EvalRunView[], key: "project" | "label" | "version"): boolean =>
  new Set(runs.map((run) => run[key])).size > 1;

/** What a run passed: `19/20  95%`. */
export const passRate = (run: EvalRunView, style: Style): string =>
  passColour(
    run,
    style,
  )(`${number(run.passed)}/${number(run.total)}  ${run.total === 0 ? "-" : percent(run.passed / run.total)}`);

/** `1 of 12 runs, 2 incomplete, $1.20`: all runs of the choice, listed or not. */
function footer({ runs, matching, partial, cost_usd, cost_complete }: EvalListPage): string {
  const shown = runs.length < matching ? `${number(runs.length)} of ${count(matching, "run")}` : count(matching, "run");
  const sum = `${usdKnown(cost_usd, cost_complete)}${runs.length < matching ? " in all" : ""}`;
  return [shown, ...(partial === 0 ? [] : [`${number(partial)} incomplete`]), sum].join(", ");
}

/** Runs under each other, newest first, with what all of the choice cost. */
export function renderRuns(page: EvalListPage, style: Style): string {
  const { runs } = page;
  if (runs.length === 0) return "No eval runs are recorded.\nRecord one:  reward-ledger eval push results.json";
  const project: RunColumn = { head: "Project", shrink: 10, drop: 2, cell: (run) => plain(run.project ?? "-") };
  const label: RunColumn = { head: "Label", shrink: 8, drop: 3, cell: (run) => plain(run.label ?? "-") };
  const mark: RunColumn = { head: "", cell: (run) => style.colors.yellow(runMark(run) ?? "") };
  const short = shortIds(runs.map(({ id }) => id));
  const columns: readonly RunColumn[] = [
    { head: "When", cell: (run) => absolute(run.timestamp, style) },
    { head: "Run", cell: (run) => short(run.id) },
    ...(differs(runs, "project") ? [project] : []),
    { head: "Tier", shrink: 6, cell: (run) => plain(run.tier) },
    { head: "Branch", shrink: 10, cell: (run) => plain(run.git_branch) },
    { head: "Commit", extra: true, cell: (run) => plain(run.git_sha.slice(0, 8)) },
    { head: "Version", extra: true, cell: (run) => plain(run.version) },
    ...(differs(runs, "label") ? [label] : []),
    { head: "Passed", align: "right", cell: (run) => passRate(run, style) },
    { head: "Cost", align: "right", cell: (run) => usdKnown(run.cost_usd, run.cost_complete) },
    { head: "Time", align: "right", drop: 1, cell: (run) => seconds(run.duration_seconds) },
    ...(runs.some((run) => runMark(run) !== null) ? [mark] : []),
  ];
  return `${table(columns, runs, style)}\n\n${footer(page)}`;
}
