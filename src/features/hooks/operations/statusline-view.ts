import { type Bounds, type BudgetLevel, type RecentSpend, spendStatus } from "../../agent/model/spend-limits.ts";
import type { StatuslineView } from "./views.ts";

const levelsBySeverity: readonly BudgetLevel[] = ["exhausted", "warning", "ok"];

/** The standing of an agent, as `status` reports it. */
type AgentStatus = Readonly<{ agent: string; coins: number; streak_pass: number; streak_block: number; runs: number }>;

/**
 * Builds the view of a status line.
 * @param agentStatus undefined if nothing is known about the agent
 * @param recent undefined if nothing was ever recorded
 */
export function statuslineView(
  agent: string,
  agentStatus: AgentStatus | undefined,
  recent: RecentSpend | undefined,
  { now, bounds }: Readonly<{ now: Date; bounds: Bounds }>,
): StatuslineView {
  const hasRuns = agentStatus !== undefined && agentStatus.runs > 0;
  const status = hasRuns
    ? {
        coins: agentStatus.coins,
        streak_pass: agentStatus.streak_pass,
        streak_block: agentStatus.streak_block,
        runs: agentStatus.runs,
      }
    : null;
  if (recent === undefined || (recent.limits === null && recent.quarters.length === 0)) {
    return { agent, agent_status: status, spend: null };
  }
  const { today, week, month } = spendStatus(recent, now, bounds);
  const periodLevels = [today.level, week.level, month.level];
  return {
    agent,
    agent_status: status,
    spend: {
      spent_today_usd: today.spent / 1_000_000,
      limit_today_usd: today.limit / 1_000_000,
      level: levelsBySeverity.find((level) => periodLevels.includes(level)) ?? "ok",
    },
  };
}
