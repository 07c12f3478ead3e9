import type { BudgetLevel } from "../../agent/model/spend-limits.ts";
import type { LastReview } from "../model/stop-commands.ts";

/** What a status line shows. */
export type StatuslineView = Readonly<{
  agent: string;
  /** Null if no run of the agent is recorded. */
  agent_status: Readonly<{ coins: number; streak_pass: number; streak_block: number; runs: number }> | null;
  /** Null if nothing was spent lately and no limits are set. */
  spend: Readonly<{ spent_today_usd: number; limit_today_usd: number; level: BudgetLevel }> | null;
}>;

/** The commands that review an agent's work when it stops. */
export type OnStopView = Readonly<{
  action: "show" | "approve" | "remove" | "run";
  /** The top folder of the checkout. */
  folder: string;
  commands: readonly Readonly<{
    command: readonly string[];
    from: "settings" | "approval";
    state: "ready" | "changed" | "missing";
  }>[];
  /** Number of approvals that were removed. */
  removed: number;
  /** The result of the latest review. */
  last: LastReview | null;
}>;
