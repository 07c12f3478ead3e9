import type { EvalLeaderboardView } from "../../../features/evals/operations/views.ts";
import type { Style } from "../../../render/terminal/style.ts";
import { type CellColumn, table } from "../table.ts";
import { count, number, plain } from "../text.ts";
import { noTeam, percent, usdKnown } from "./figures.ts";

type Ranked = EvalLeaderboardView["members"][number] & Readonly<{ rank: number }>;

/** The team's members under each other, with their sum. */
export function renderLeaderboard(
  { days, team, members, runs, total_cost_usd, cost_complete }: EvalLeaderboardView,
  style: Style,
): string {
  if (!team) return noTeam;
  if (members.length === 0) return `No eval runs in the last ${count(days, "day")}.`;
  const columns: readonly CellColumn<Ranked>[] = [
    { head: "#", align: "right", cell: ({ rank }) => number(rank) },
    { head: "Member", shrink: 12, cell: ({ member, me }) => (me ? style.colors.bold(plain(member)) : plain(member)) },
    { head: "Runs", align: "right", cell: (one) => number(one.runs) },
    { head: "Passed, mean", align: "right", cell: (one) => (one.pass_rate === null ? "-" : percent(one.pass_rate)) },
    { head: "Spent", align: "right", cell: (one) => usdKnown(one.total_cost_usd, one.cost_complete) },
  ];
  const ranked = members.map((member, index) => ({ ...member, rank: index + 1 }));
  return `${table(columns, ranked, style)}\n${count(members.length, "member")}, ${count(runs, "run")}, ${usdKnown(total_cost_usd, cost_complete)} in ${count(days, "day")}`;
}
