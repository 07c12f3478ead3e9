import { type Bounds, type BudgetLevel, type RecentSpend, spendNow } from "../../agent/model/spend-limits.ts";
import type { StatuslineView } from "./views.ts";

const levels: readonly BudgetLevel[] = ["exhausted", "warning", "ok"];

/** The standing of an agent, as `status` reports it. */
type Standing = Readonly<{ agent: string; coins: number; streak_pass: number; streak_block: number; runs: number }>;

/**
 * Builds the view of a status line.
 * @param standing undefined if nothing is known about the agent
 * @param recent undefined if nothing was ever recorded
 */
export function statuslineView(
  agent: string,
  standing: Standing | undefined,
  recent: RecentSpend | undefined,
  { now, bounds }: Readonly<{ now: Date; bounds: Bounds }>,
): StatuslineView {
  const hasRuns = standing !== undefined && standing.runs > 0;
  const status = hasRuns
    ? { coins: standing.coins, streak_pass: standing.streak_pass, streak_block: standing.streak_block, runs: standing.runs }
    : null;
  if (recent === undefined || (recent.limits === null && recent.quarters.length === 0)) {
    return { agent, agent_status: status, spend: null };
  }
  const { today, week, month } = spendNow(recent, now, bounds);
  const found = [today.level, week.level, month.level];
  return {
    agent,
    agent_status: status,
    spend: {
      spent_today_usd: today.spent / 1_000_000,
      limit_today_usd: today.limit / 1_000_000,
      level: levels.find((level) => found.includes(level)) ?? "ok",
    },
  };
}
