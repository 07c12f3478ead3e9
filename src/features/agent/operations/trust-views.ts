import type { Proportion } from "../../../kernel/statistics/wilson.ts";
import type { GateResults } from "../../gate/model/queries.ts";
import type { FixClass } from "../model/auto-merge.ts";
import type { RepoBinding } from "../model/binding.ts";
import type { Intent } from "../model/intents.ts";
import type { Proposal } from "../model/proposals.ts";
import type { TrustRow } from "../model/trust.ts";

/*
 * The views of trust. Shapes are a contract, as in views.ts.
 */

export type AgentTierView = Readonly<{ agent: string; tier: number }>;

/** Evidence about an agent's work, shown when its tier is to change. */
export type EvidenceView = Readonly<{
  agent: string;
  tier: number;
  runs: number;
  passed: number;
  /** Share of the runs that did not fail, with its 95 % interval, 0 to 1; null if there are no runs. */
  pass_rate: Proportion | null;
  streak_pass: number;
  streak_block: number;
  /** Number of fixes that the human reverted. */
  reverts: number;
  /** Results of the review gate for the agent's changes. */
  gate: GateResults;
}>;

/**
 * Who decides about an agent, and what it may do. If no human is bound, the tier is 0 and the fields about the human are null or
 * empty.
 */
export type TrustView = Readonly<{
  bound: boolean;
  /** Path of the file that binds the agent to the human. */
  file: string;
  agent: string;
  tier: number;
  tier_name: string;
  em_handle: string | null;
  em_channel: string | null;
  persona_name: string | null;
  dev_mode: Readonly<{
    self_edit: boolean;
    enabled_at: string | null;
    enabled_reason: string | null;
    state_machine_edit: boolean;
  }>;
  auto_merge_classes: readonly FixClass[];
  /** Classes in which a fix was reverted. Fixes of these classes wait for the human. */
  suspended_classes: readonly FixClass[];
  last_promotion: TrustRow | null;
  last_demotion: TrustRow | null;
  may: readonly string[];
  may_not: readonly string[];
  /** All agents whose tier was changed, A to Z. */
  agents: readonly AgentTierView[];
  /**
   * `current_tier` in the file, which follows `latest_tier`: the tier of the agent whose tier changed last. If the two differ,
   * the recorded changes decide.
   */
  file_tier: number | null;
  latest_tier: number | null;
  repo: RepoBinding | null;
  /** Tier changes that count, oldest first; null if they were not requested. */
  history: readonly TrustRow[] | null;
}>;

/** Answer of `promote` and `demote`. */
export type TierChangeView = Readonly<{
  change: TrustRow;
  tier_name: string;
  /** The evidence before the change. */
  evidence: EvidenceView;
  /** Why the file could not be updated although the change is recorded. */
  warnings: readonly string[];
}>;

/** Answer of `intent classify`. */
export type IntentView = Intent & Readonly<{ proposal: Proposal; model: string }>;
