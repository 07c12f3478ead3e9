import { statusOf } from "../../features/reviews/operations/status-from-summary.ts";
import type { StatusView } from "../../features/reviews/operations/views.ts";
import type { Summary } from "../../ports/summary.ts";

/** The standings that a window shows: of the named agent (empty: that of the newest run) in the project (null: all). */
export type StandingsFilter = Readonly<{ agent: string; project: string | null }>;

/** The displayed agent, undefined before the first run, and the others, newest run first. */
export type Standings = Readonly<{ shown: StatusView | undefined; others: readonly StatusView[] }>;

/** The standings in the summary for a choice. A named agent without runs has zero coins. */
export function standingsOf(summary: Summary | undefined, { agent, project }: StandingsFilter, now = new Date()): Standings {
  if (summary === undefined) return { shown: undefined, others: [] };
  const all = (project === null ? summary.agents : summary.projects.filter((one) => one.project === project)).map((one) =>
    statusOf(one, summary.latest_recording, now),
  );
  const name = agent !== "" ? agent : ((project === null ? summary.newest_agent : all[0]?.agent) ?? undefined);
  if (name === undefined) return { shown: undefined, others: all };
  const shown = all.find((one) => one.agent === name) ?? (summary.agents.length === 0 ? undefined : emptyStatus(name, project));
  return { shown, others: all.filter((one) => one.agent !== name) };
}

const emptyStatus = (agent: string, project: string | null): StatusView => ({
  agent,
  project,
  coins: 0,
  streak_pass: 0,
  streak_block: 0,
  best_streak_pass: 0,
  last_verdict: "UNKNOWN",
  last_delta: null,
  last_run_at: null,
  runs: 0,
  top_violations: [],
  dated_ahead: [],
  recorded_ahead: null,
  warnings: [],
});
