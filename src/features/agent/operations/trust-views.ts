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

/** What is known of an agent's work when its tier is to change. */
export type EvidenceView = Readonly<{
  agent: string;
  tier: number;
  runs: number;
  passed: number;
  /** Share of the runs that did not fail, with its 95 % interval, 0 to 1; null without runs. */
  pass_rate: Proportion | null;
  streak_pass: number;
  streak_block: number;
  /** Fixes that the human reverted. */
  reverts: number;
  /** What the review gate said of its changes. */
  gate: GateResults;
}>;

/** Who decides about an agent, and what it may do. All but the first three is empty where no human is bound. */
export type TrustView = Readonly<{
  bound: boolean;
  /** The file that binds it. */
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
  /** Classes of which a fix was reverted: they wait for the human. */
  suspended_classes: readonly FixClass[];
  last_promotion: TrustRow | null;
  last_demotion: TrustRow | null;
  may: readonly string[];
  may_not: readonly string[];
  /** Every agent whose tier was changed, A to Z. */
  agents: readonly AgentTierView[];
  /** `current_tier` of the file, and the tier of the agent of the latest change, which it follows: what is recorded decides. */
  file_tier: number | null;
  latest_tier: number | null;
  repo: RepoBinding | null;
  /** Changes that count, oldest first; null where they were not asked for. */
  history: readonly TrustRow[] | null;
}>;

/** What `promote` and `demote` answer. */
export type TierChangeView = Readonly<{
  change: TrustRow;
  tier_name: string;
  /** Before the change. */
  evidence: EvidenceView;
  /** Why the file does not say so yet although the change is recorded. */
  warnings: readonly string[];
}>;

/** What `intent classify` answers. */
export type IntentView = Intent & Readonly<{ proposal: Proposal; model: string }>;
