import { clockToleranceMs } from "../../../kernel/clock-tolerance.ts";
import type { StoreProblem } from "../../../ports/fact-log.ts";
import type { Queries } from "../../../ports/ports.ts";
import { summaryLimits } from "../../../ports/summary-limits.ts";
import { coinsOf, isoOf } from "../../shared/units.ts";
import type { AgentStanding } from "../model/coins-and-streaks.ts";
import type { Finding } from "../model/finding.ts";
import { isBlocking } from "../model/is-blocking.ts";
import type { RuleTally, RunRow } from "../model/queries.ts";
import type { FindingView, RunView, StatusView, VerifyView, ViolationView } from "./views.ts";

const topViolations = 3;

function statusOf({ review }: Queries, standing: AgentStanding, now: Date): StatusView {
  const scope = { agent: standing.agent, project: standing.project ?? undefined };
  const top = review.ruleTallies({ ...scope, limit: topViolations });
  const ahead = review.runsAhead({ ...scope, lastRuns: summaryLimits.ahead }).map(({ runId, stated, at }) => ({
    run_id: runId,
    stated_at: isoOf(stated),
    created_at: isoOf(at),
  }));
  const latest = review.latestRecording();
  return {
    agent: standing.agent,
    project: standing.project,
    coins: coinsOf(standing.coinTenths),
    streak_pass: standing.streakPass,
    streak_block: standing.streakBlock,
    best_streak_pass: standing.bestStreakPass,
    last_verdict: standing.lastVerdict ?? "UNKNOWN",
    last_delta: standing.lastDelta,
    last_run_at: standing.lastRunAt === null ? null : isoOf(standing.lastRunAt),
    runs: standing.runs,
    top_violations: top.map(({ rule, count }) => ({ rule, count })),
    ...clockWarnings(ahead, latest === null ? null : isoOf(latest), now),
  };
}

/** What a standing says of clocks that were off. @param latest the latest time of a recording, by the clocks of the devices */
export function clockWarnings(
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

/** Where one agent stands, with its three most broken rules. */
export const askStatus = (queries: Queries, agent: string, project: string | undefined, now: Date): StatusView =>
  statusOf(queries, queries.review.standing(agent, project), now);

/** Where every agent stands, most coins first. */
export const askAgents = (queries: Queries, project: string | undefined, now: Date): readonly StatusView[] =>
  queries.review.standings(project).map((standing) => statusOf(queries, standing, now));

/** A run as every surface shows it. */
export function runView(row: RunRow): RunView {
  return {
    run_id: row.runId,
    fact_id: row.factId,
    agent: row.agent,
    project: row.project,
    created_at: isoOf(row.at),
    score: row.score,
    reward_delta: row.rewardDelta,
    verdict: row.verdict,
    mode: row.mode,
    disputed: row.disputed,
    coin_delta: coinsOf(row.coinDeltaTenths),
    bonus: coinsOf(row.bonusTenths),
    coins: coinsOf(row.coinTenths),
    streak_pass: row.streakPass,
    streak_block: row.streakBlock,
    findings: row.findings,
    blocking: row.blocking,
    issue_number: row.issueNumber,
  };
}

/** A finding as every surface shows it. */
export const findingView = ({ evidence_refs: _, ...one }: Finding): FindingView => ({ ...one, blocking: isBlocking(one) });

/** A rule's tally as every surface shows it. */
export const violationView = (tally: RuleTally): ViolationView => ({
  rule: tally.rule,
  count: tally.count,
  runs: tally.runs,
  first_seen: isoOf(tally.firstSeen),
  last_seen: isoOf(tally.lastSeen),
  by_severity: tally.bySeverity,
});

/** A problem of the store as `verify` prints it. */
export const problemView = (problem: StoreProblem): VerifyView["problems"][number] => ({ ...problem });
