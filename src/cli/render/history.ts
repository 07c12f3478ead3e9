import type { RunView } from "../../operations/views.ts";
import { coins, coloredChange, scoreLine, streak, verdict } from "./figures.ts";
import { firstStep } from "./status.ts";
import type { Style } from "./style.ts";
import { type Column, table } from "./table.ts";
import { count, number, plain } from "./text.ts";
import { absolute, relative } from "./time.ts";

/** A column with what it shows of a run; a column that says the same of every run may be left out. */
type RunColumn = Column & Readonly<{ cell(run: RunView): string }>;

const differs = (runs: readonly RunView[], key: "agent" | "project"): boolean => new Set(runs.map((run) => run[key])).size > 1;

function columnsOf(runs: readonly RunView[], style: Style): readonly RunColumn[] {
  const agent: RunColumn = { head: "Agent", shrink: 8, cell: (run) => plain(run.agent) };
  const project: RunColumn = { head: "Project", shrink: 8, cell: (run) => plain(run.project ?? "-") };
  const ago: RunColumn = { head: "", cell: (run) => style.colors.dim(relative(run.created_at, style)) };
  return [
    { head: "When", cell: (run) => absolute(run.created_at, style) },
    ...(style.interactive && (style.width ?? 0) >= 110 ? [ago] : []),
    ...(differs(runs, "agent") ? [agent] : []),
    ...(differs(runs, "project") ? [project] : []),
    { head: "Run", shrink: 8, cell: (run) => plain(run.run_id) },
    { head: "Score", align: "right", cell: (run) => String(run.score) },
    { head: "Verdict", cell: (run) => `${verdict(run.verdict, style)}${run.mode === "shadow" ? " (shadow)" : ""}` },
    {
      head: "Findings",
      align: "right",
      cell: (run) => (run.blocking > 0 ? `${number(run.findings)} (${number(run.blocking)} blocking)` : number(run.findings)),
    },
    { head: "Earned", align: "right", cell: (run) => coloredChange(run.coin_delta, style) },
    { head: "Bonus", align: "right", cell: (run) => (run.bonus === 0 ? "" : coloredChange(run.bonus, style)) },
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

/** Runs under each other, oldest first, with the coins after each; in a terminal under a line of their scores. */
export function renderHistory(runs: readonly RunView[], style: Style): string {
  if (runs.length === 0) return `No runs are recorded.\n${firstStep}`;
  const columns = columnsOf(runs, style);
  const drawn = table(
    columns,
    runs.map((run) => columns.map(({ cell }) => cell(run))),
    style,
  );
  return style.interactive ? `${headline(runs, style)}\n\n${drawn}` : drawn;
}
