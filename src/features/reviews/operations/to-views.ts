import type { StoreProblem } from "../../../ports/fact-log.ts";
import type { Queries } from "../../../ports/ports.ts";
import { readSummaryStanding } from "../../../ports/summary-standing.ts";
import { coinsOf, isoOf } from "../../shared/units.ts";
import type { AgentStanding } from "../model/coins-and-streaks.ts";
import type { Finding } from "../model/finding.ts";
import { isBlocking } from "../model/is-blocking.ts";
import type { RuleTally, RunRow } from "../model/queries.ts";
import { statusOf } from "./status-from-summary.ts";
import type { FindingView, RunView, StatusView, VerifyView, ViolationView } from "./views.ts";

function toStatusView({ review }: Queries, standing: AgentStanding, now: Date): StatusView {
  const latest = review.latestRecording();
  return statusOf(readSummaryStanding(review, standing), latest === null ? null : isoOf(latest), now);
}

/** Returns the status of one agent, with its three most broken rules. */
export const queryStatus = (queries: Queries, agent: string, project: string | undefined, now: Date): StatusView =>
  toStatusView(queries, queries.review.standing(agent, project), now);

/** Returns the status of every agent, most coins first. */
export const queryAgents = (queries: Queries, project: string | undefined, now: Date): readonly StatusView[] =>
  queries.review.standings(project).map((standing) => toStatusView(queries, standing, now));

/** Converts a run to the view that every surface shows. */
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

/** Converts a finding to the view that every surface shows. */
export const findingView = ({ evidence_refs: _, ...one }: Finding): FindingView => ({ ...one, blocking: isBlocking(one) });

/** Converts a rule's tally to the view that every surface shows. */
export const violationView = (tally: RuleTally): ViolationView => ({
  rule: tally.rule,
  count: tally.count,
  runs: tally.runs,
  first_seen: isoOf(tally.firstSeen),
  last_seen: isoOf(tally.lastSeen),
  by_severity: tally.bySeverity,
});

/** Converts a problem of the store to the view that `verify` prints. */
export const problemView = (problem: StoreProblem): VerifyView["problems"][number] => ({ ...problem });
