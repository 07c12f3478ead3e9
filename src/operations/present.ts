import type { Queries, StoreProblem } from "../domain/ports.ts";
import type { AgentStanding, RuleTally, RunRow } from "../domain/review/queries.ts";
import type { RunView, StatusView, VerifyView, ViolationView } from "./views.ts";

/** Coins as a number with at most one decimal, from tenths. */
export const coinsOf = (tenths: number): number => tenths / 10;

/** ISO-8601 UTC of milliseconds since the epoch. */
export const isoOf = (at: number): string => new Date(at).toISOString();

const topViolations = 3;

function statusOf(standing: AgentStanding, top: readonly RuleTally[]): StatusView {
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
  };
}

/** Where one agent stands, with its three most broken rules. */
export const askStatus = ({ review }: Queries, agent: string, project: string | undefined): StatusView =>
  statusOf(review.standing(agent, project), review.ruleTallies({ agent, project, limit: topViolations }));

/** Where every agent stands, most coins first. */
export const askAgents = ({ review }: Queries, project: string | undefined): readonly StatusView[] =>
  review
    .standings(project)
    .map((standing) => statusOf(standing, review.ruleTallies({ agent: standing.agent, project, limit: topViolations })));

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
