import type { AgentStatusView, StatusView } from "../../features/reviews/operations/views.ts";
import type { Style } from "../../render/terminal/style.ts";
import { absolute, relative } from "../../render/terminal/time.ts";
import { type Field, fields } from "./fields.ts";
import { coins, verdict } from "./figures.ts";
import { resetLines, teamResetLines } from "./resets.ts";
import { count, number, plain } from "./text.ts";
import { warningLines } from "./warnings.ts";

/** What to do where there is no run. */
export const nextRun = "Record a run:  specfact code review run --json | reward-ledger update";

function rows(view: StatusView, style: Style): readonly Field[] {
  const when = view.last_run_at === null ? null : `${relative(view.last_run_at, style)}, ${absolute(view.last_run_at, style)}`;
  const reward =
    view.last_delta === null ? null : `last reward ${view.last_delta < 0 ? "" : "+"}${count(view.last_delta, "point")}`;
  return [
    { label: "Coins", value: coins(view.coins), remark: reward },
    { label: "Pass streak", value: number(view.streak_pass), remark: `best ${number(view.best_streak_pass)}` },
    { label: "Block streak", value: number(view.streak_block) },
    { label: "Runs", value: number(view.runs) },
    { label: "Last verdict", value: verdict(view.last_verdict, style), remark: when },
  ];
}

/** An agent's standing, as a short description. */
export function renderStatus(view: AgentStatusView, style: Style): string {
  const { colors } = style;
  const { missing_facts: missing = 0, team_resets: ofTeam = [], resets: own = [] } = view;
  const lost =
    missing === 0 ? "" : `\n\nThe journal lacks ${count(missing, "recorded fact")}: \`reward-ledger verify\` says which.`;
  const where = view.project === null ? "all projects" : plain(view.project);
  const title = `${colors.bold(plain(view.agent))}  ${colors.dim(where)}`;
  const resets = [...teamResetLines(ofTeam, style), ...resetLines(own, style)];
  const hidden = resets.length === 0 ? "" : `\n\n${resets.join("\n")}`;
  if (view.runs === 0) {
    const nothing =
      ofTeam.length > 0 ? "No runs count for the team." : own.length > 0 ? "No runs count." : `No runs are recorded.\n${nextRun}`;
    return `${title}\n\n${nothing}${hidden}${lost}`;
  }
  const top = view.top_violations.map(({ rule, count: times }) => `${plain(rule)} (${number(times)})`).join(", ");
  const violations: readonly Field[] = top === "" ? [] : [{ label: "Top violations", value: top }];
  const described = [title, "", fields([...rows(view, style), ...violations], style), ...warningLines(view.warnings, style)];
  return `${described.join("\n")}${hidden}${lost}`;
}

/** One line about a standing, after something was recorded. */
export function standingLine(view: StatusView, style: Style): string {
  const streak = view.streak_block > 0 ? count(view.streak_block, "block") : count(view.streak_pass, "pass", "passes");
  return `${style.colors.bold(plain(view.agent))}: ${coins(view.coins)} coins, streak ${streak}, ${count(view.runs, "run")}, last verdict ${verdict(view.last_verdict, style)}`;
}
