import type { StatusView } from "../../operations/views.ts";
import { coins, streak, verdict } from "./figures.ts";
import { firstStep } from "./status.ts";
import type { Style } from "./style.ts";
import { table } from "./table.ts";
import { number, plain } from "./text.ts";
import { absolute, relative } from "./time.ts";

const when = (iso: string | null, style: Style): string =>
  iso === null ? "-" : style.interactive ? relative(iso, style) : absolute(iso, style);

/** Agents under each other, richest first. */
export function renderAgents(views: readonly StatusView[], style: Style): string {
  if (views.length === 0) return `No agents are recorded.\n${firstStep}`;
  return table(
    [
      { head: "Agent", shrink: 12 },
      { head: "Coins", align: "right" },
      { head: "Streak", align: "right" },
      { head: "Best", align: "right" },
      { head: "Runs", align: "right" },
      { head: "Last verdict" },
      { head: "Last run" },
      { head: "Top violation", shrink: 8 },
    ],
    views.map((view) => {
      const top = view.top_violations[0];
      return [
        style.colors.bold(plain(view.agent)),
        coins(view.coins),
        streak(view.streak_pass, view.streak_block, style),
        number(view.best_streak_pass),
        number(view.runs),
        verdict(view.last_verdict, style),
        when(view.last_run_at, style),
        top === undefined ? "-" : `${plain(top.rule)} (${number(top.count)})`,
      ];
    }),
    style,
  );
}
