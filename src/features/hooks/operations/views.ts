import type { BudgetLevel } from "../../agent/model/spend-limits.ts";

/** What a status line shows. */
export type StatuslineView = Readonly<{
  agent: string;
  /** Null: no run of the agent is recorded. */
  agent_status: Readonly<{ coins: number; streak_pass: number; streak_block: number; runs: number }> | null;
  /** Null: nothing was spent lately, and nobody has set limits. */
  spend: Readonly<{ spent_today_usd: number; limit_today_usd: number; level: BudgetLevel }> | null;
}>;
