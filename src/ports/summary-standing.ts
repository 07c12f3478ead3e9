import type { AgentStanding } from "../features/reviews/model/coins-and-streaks.ts";
import type { AheadRun } from "../features/reviews/model/queries.ts";
import type { Queries } from "./ports.ts";
import type { SummaryStanding } from "./summary.ts";
import { summaryLimits } from "./summary-limits.ts";

/** Converts a standing and its top rules to the form of the summary. */
export const toSummaryStanding = (
  standing: AgentStanding,
  topRules: readonly Readonly<{ rule: string; count: number }>[],
  ahead: readonly AheadRun[],
): SummaryStanding => ({
  agent: standing.agent,
  project: standing.project,
  coin_tenths: standing.coinTenths,
  streak_pass: standing.streakPass,
  streak_block: standing.streakBlock,
  best_streak_pass: standing.bestStreakPass,
  last_verdict: standing.lastVerdict,
  last_delta: standing.lastDelta,
  last_run_at: standing.lastRunAt === null ? null : new Date(standing.lastRunAt).toISOString(),
  runs: standing.runs,
  top_violations: topRules.slice(0, summaryLimits.rules).map(({ rule, count }) => ({ rule, count })),
  dated_ahead: ahead.map(({ runId, stated, at }) => ({
    run_id: runId,
    stated_at: new Date(stated).toISOString(),
    created_at: new Date(at).toISOString(),
  })),
});

/** Does the same for a standing, reading rules and runs from the index. */
export function readSummaryStanding(review: Queries["review"], standing: AgentStanding): SummaryStanding {
  const scope = { agent: standing.agent, project: standing.project ?? undefined };
  return toSummaryStanding(
    standing,
    review.ruleTallies({ ...scope, limit: summaryLimits.rules }),
    review.runsAhead({ ...scope, lastRuns: summaryLimits.ahead }),
  );
}
