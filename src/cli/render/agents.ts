import type { StatusView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { absolute, relative } from "../../render/terminal/time.ts";
import { coins, shortVerdict, streak } from "./figures.ts";
import { nextRun } from "./status.ts";
import { type CellColumn, table } from "./table.ts";
import { number, plain } from "./text.ts";

const when = (iso: string | null, style: Style): string =>
  iso === null ? "-" : style.interactive ? relative(iso, style) : absolute(iso, style);

const topViolation = ({ top_violations: [top] }: StatusView): string =>
  top === undefined ? "-" : `${plain(top.rule)} (${number(top.count)})`;

/** Agents under each other, richest first. */
export function renderAgents(views: readonly StatusView[], style: Style): string {
  if (views.length === 0) return `No agents to show.\n${nextRun}`;
  const columns: readonly CellColumn<StatusView>[] = [
    { head: "Agent", shrink: 12, cell: (view) => style.colors.bold(plain(view.agent)) },
    { head: "Coins", align: "right", cell: (view) => coins(view.coins) },
    { head: "Streak", align: "right", cell: (view) => streak(view.streak_pass, view.streak_block, style) },
    { head: "Best", align: "right", drop: 3, cell: (view) => number(view.best_streak_pass) },
    { head: "Runs", align: "right", drop: 1, cell: (view) => number(view.runs) },
    { head: "Last verdict", cell: (view) => shortVerdict(view.last_verdict, style) },
    { head: "Last run", drop: 2, cell: (view) => when(view.last_run_at, style) },
    { head: "Top violation", shrink: 12, drop: 4, cell: topViolation },
  ];
  return table(columns, views, style);
}
