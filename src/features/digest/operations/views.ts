import type { LearningView, SpendSumView, TaskView } from "../../agent/operations/views.ts";
import type { EffectView } from "../../rules/operations/views.ts";

/** What speaks for or against more freedom, and how much of it there is; null: there is nothing to measure. */
export type DigestReason = Readonly<{
  what: "runs" | "pass_rate" | "ci_success_percent" | "grave_feedback" | "tasks_abandoned";
  value: number | null;
}>;

/** What may need a human, and how much of it there is. */
export type DigestRisk = Readonly<{
  what: "unanswered" | "grave_feedback" | "tasks_blocked" | "tasks_abandoned" | "budget_percent";
  value: number;
}>;

/** A week in figures, and as Markdown. */
export type DigestView = Readonly<{
  from: string;
  to: string;
  /** The project that it is limited to; spending is never. */
  project: string | null;
  /** The seven days before. */
  before: Readonly<{ tasks_done: number; usd: number; runs: number; pass_rate: number | null }>;
  risks: readonly DigestRisk[];
  /** Whether the agent's tier should change. Only a suggestion: a human decides. */
  tier: Readonly<{ suggestion: "raise" | "keep" | "lower"; reasons: readonly DigestReason[] }>;
  tasks_done: readonly TaskView[];
  tasks_abandoned: number;
  feedback_verified: number;
  spend: SpendSumView;
  spend_by_model: readonly Readonly<SpendSumView & { name: string | null }>[];
  runs: number;
  /** Share of reviews that passed; null without runs. */
  pass_rate: number | null;
  ci_runs: number;
  ci_success_percent: number | null;
  top_learnings: readonly LearningView[];
  /** What came of the rules that are taught, those that need attention first. */
  rule_effects: readonly EffectView[];
  markdown: string;
}>;
