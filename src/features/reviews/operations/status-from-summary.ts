import { clockToleranceMs } from "../../../kernel/clock-tolerance.ts";
import { compareNames } from "../../../kernel/compare-names.ts";
import type { Summary, SummaryStanding } from "../../../ports/summary.ts";
import { summaryLimits } from "../../../ports/summary-limits.ts";
import { coinsOf } from "../../shared/units.ts";
import type { StatusView } from "./views.ts";

/**
 * Returns the warnings about wrong clocks of a standing.
 * @param latest the latest recording time, by the clocks of the devices
 */
function clockWarnings(
  datedAhead: StatusView["dated_ahead"],
  latest: string | null,
  now: Date,
): Pick<StatusView, "dated_ahead" | "recorded_ahead" | "warnings"> {
  const isAhead = latest !== null && Date.parse(latest) > now.getTime() + clockToleranceMs;
  return {
    dated_ahead: datedAhead,
    recorded_ahead: isAhead ? latest : null,
    warnings: [
      ...datedAhead.map(
        (run) =>
          `Run ${run.run_id} is dated ${run.stated_at}, later than its recording; it counts as of ${run.created_at}. Check the clock that dated it.`,
      ),
      ...(isAhead
        ? [
            `The last recording is dated ${latest}, it is ${now.toISOString()}: the clock was ahead. Set it right; the next recording puts the runs in their place.`,
          ]
        : []),
    ],
  };
}

/** Converts a standing of the summary to the view of an agent's status. */
export const statusOf = (standing: SummaryStanding, latest: string | null, now: Date): StatusView => ({
  agent: standing.agent,
  project: standing.project,
  coins: coinsOf(standing.coin_tenths),
  streak_pass: standing.streak_pass,
  streak_block: standing.streak_block,
  best_streak_pass: standing.best_streak_pass,
  last_verdict: standing.last_verdict ?? "UNKNOWN",
  last_delta: standing.last_delta,
  last_run_at: standing.last_run_at,
  runs: standing.runs,
  top_violations: standing.top_violations,
  ...clockWarnings(standing.dated_ahead, latest, now),
});

/** Returns the status of one agent from the summary; undefined if there is no summary or it does not contain the agent. */
export function summaryStatus(
  summary: Summary | null,
  agent: string,
  project: string | undefined,
  now: Date,
): StatusView | undefined {
  const standings = project === undefined ? summary?.agents : summary?.projects;
  const found = standings?.find((one) => one.agent === agent && one.project === (project ?? null));
  return found === undefined ? undefined : statusOf(found, summary?.latest_recording ?? null, now);
}

/** Returns the status of every agent from the summary, most coins first; undefined if there is none or it may omit agents. */
export function summaryAgents(
  summary: Summary | null,
  project: string | undefined,
  now: Date,
): readonly StatusView[] | undefined {
  if (summary === null) return undefined;
  const [standings, limit] =
    project === undefined ? [summary.agents, summaryLimits.agents] : [summary.projects, summaryLimits.projects];
  if (standings.length >= limit) return undefined;
  return standings
    .filter((one) => one.project === (project ?? null))
    .toSorted((a, b) => b.coin_tenths - a.coin_tenths || compareNames(a.agent, b.agent))
    .map((one) => statusOf(one, summary.latest_recording, now));
}
