import type { LearningView, SpendSumView, TaskView } from "../../agent/operations/views.ts";
import type { EffectView } from "../../rules/operations/views.ts";

/** A reason for or against a change of the tier. `value`: a number or a percentage; null if there is nothing to measure. */
export type DigestReason = Readonly<{
  what: "runs" | "pass_rate" | "ci_success_percent" | "grave_feedback" | "tasks_abandoned";
  value: number | null;
}>;

/** A risk that may need a human. `value`: how many there are, or the percentage of the limit that is spent. */
export type DigestRisk = Readonly<{
  what: "unanswered" | "grave_feedback" | "tasks_blocked" | "tasks_abandoned" | "budget_percent";
  value: number;
}>;

/** A week in figures, and as Markdown text. */
export type DigestView = Readonly<{
  from: string;
  to: string;
  /** The project to which the digest is limited; null for all projects. Spending is always that of all projects. */
  project: string | null;
  /** The same figures for the seven days before. */
  before: Readonly<{ tasks_done: number; usd: number; runs: number; pass_rate: number | null }>;
  risks: readonly DigestRisk[];
  /** Suggests whether to change the agent's tier. A human decides. */
  tier: Readonly<{ suggestion: "raise" | "keep" | "lower"; reasons: readonly DigestReason[] }>;
  tasks_done: readonly TaskView[];
  tasks_abandoned: number;
  feedback_verified: number;
  spend: SpendSumView;
  spend_by_model: readonly Readonly<SpendSumView & { name: string | null }>[];
  runs: number;
  /** Percentage of reviews that passed; null without runs. */
  pass_rate: number | null;
  ci_runs: number;
  ci_success_percent: number | null;
  top_learnings: readonly LearningView[];
  /** The effects of the rules that are currently taught, those that need attention first. */
  rule_effects: readonly EffectView[];
  markdown: string;
}>;
