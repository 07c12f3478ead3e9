import type { RunView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { absolute, relative } from "../../render/terminal/time.ts";
import { coins, coloredChange, scoreLine, shortVerdict, streak } from "./figures.ts";
import { latestOf } from "./latest.ts";
import { nextRun } from "./status.ts";
import { type CellColumn, table } from "./table.ts";
import { count, number, plain } from "./text.ts";

type RunColumn = CellColumn<RunView>;

const differs = (runs: readonly RunView[], key: "agent" | "project"): boolean => new Set(runs.map((run) => run[key])).size > 1;

/** Agent and project are columns only when they differ between the runs. */
function columnsOf(runs: readonly RunView[], style: Style): readonly RunColumn[] {
  const { interactive, colors } = style;
  const ago: RunColumn = { head: "", extra: true, cell: (run) => colors.dim(relative(run.created_at, style)) };
  const agent: RunColumn = { head: "Agent", shrink: 10, drop: 1, cell: (run) => plain(run.agent) };
  const project: RunColumn = { head: "Project", shrink: 10, drop: 2, cell: (run) => plain(run.project ?? "-") };
  return [
    { head: "When", cell: (run) => absolute(run.created_at, style) },
    ...(interactive ? [ago] : []),
    ...(differs(runs, "agent") ? [agent] : []),
    ...(differs(runs, "project") ? [project] : []),
    { head: "Run", shrink: 16, drop: 3, cell: (run) => plain(run.run_id) },
    { head: "Score", align: "right", cell: (run) => String(run.score) },
    {
      head: "Verdict",
      cell: (run) => `${shortVerdict(run.verdict, style)}${run.mode === "shadow" ? " (shadow)" : ""}${run.disputed ? " !" : ""}`,
    },
    { head: "Findings", align: "right", drop: 4, cell: (run) => number(run.findings) },
    {
      head: "Blocking",
      align: "right",
      extra: true,
      cell: (run) => (run.blocking > 0 ? colors.red(number(run.blocking)) : "-"),
    },
    { head: "Earned", align: "right", cell: (run) => coloredChange(run.coin_delta, style) },
    { head: "Bonus", align: "right", extra: true, cell: (run) => (run.bonus === 0 ? "-" : coloredChange(run.bonus, style)) },
    { head: "Coins", align: "right", cell: (run) => coins(run.coins) },
    { head: "Streak", align: "right", cell: (run) => streak(run.streak_pass, run.streak_block, style) },
  ];
}

function headline(runs: readonly RunView[], style: Style): string {
  const earned = runs.reduce((sum, run) => sum + Math.round(run.coin_delta * 10), 0) / 10;
  const passed = runs.filter((run) => run.verdict !== "FAIL").length;
  const width = Math.min(60, (style.width ?? 80) - 10);
  const text = `${count(runs.length, "run")}, ${number(passed)} passed, ${coloredChange(earned, style)} coins`;
  return `${text}\nScores  ${scoreLine(
    runs.map((run) => run.score),
    width,
  )}`;
}

/** Runs under each other, in the order given. */
export const runTable = (runs: readonly RunView[], style: Style): string => table(columnsOf(runs, style), runs, style);

/** Runs under each other, oldest first, with the coins after each; in a terminal under a line of their scores. */
export function renderHistory(runs: readonly RunView[], style: Style): string {
  if (runs.length === 0) return `No runs to show.\n${nextRun}`;
  const drawn = runTable(runs, style);
  return style.interactive ? `${headline(runs, style)}\n\n${drawn}` : drawn;
}

/** The same of the latest runs only. */
export const renderLatest = latestOf(renderHistory, "runs");
