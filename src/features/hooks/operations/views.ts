import type { BudgetLevel } from "../../agent/model/spend-limits.ts";
import type { LastReview } from "../model/stop-commands.ts";

/** What a status line shows. */
export type StatuslineView = Readonly<{
  agent: string;
  /** Null: no run of the agent is recorded. */
  agent_status: Readonly<{ coins: number; streak_pass: number; streak_block: number; runs: number }> | null;
  /** Null: nothing was spent lately, and nobody has set limits. */
  spend: Readonly<{ spent_today_usd: number; limit_today_usd: number; level: BudgetLevel }> | null;
}>;

/** What reviews an agent's work when it stops. */
export type OnStopView = Readonly<{
  action: "show" | "approve" | "remove" | "run";
  /** The top of the checkout. */
  folder: string;
  commands: readonly Readonly<{
    command: readonly string[];
    from: "settings" | "approval";
    state: "ready" | "changed" | "missing";
  }>[];
  /** How many approvals were removed. */
  removed: number;
  /** What the latest review came to. */
  last: LastReview | null;
}>;
