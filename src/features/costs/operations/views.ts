import type { BudgetView, SpendSumView } from "../../agent/operations/views.ts";
import type { EvalPanelFrame } from "../../evals/operations/panel-views.ts";
import type { Verdict } from "../../reviews/model/report.ts";
import type { SliceUnit } from "../../shared/time-buckets.ts";

export type { SliceUnit };

/*
 * What the Costs tab shows. Amounts are USD with at most six decimals (micro-dollars / 1e6); days are `YYYY-MM-DD` of the ledger's
 * zone; null is "not known", never 0. An amount that is not `complete` is too small: something in it has no price.
 */

/** Why an amount is known: reported by the provider, estimated from tokens, some of both, in part only, or not at all. */
export type CostBasis = "reported" | "estimated" | "mixed" | "partly" | "unpriced";

/** One model over the whole period; `model` is null for what runs state in total and no model accounts for. */
export type ModelTotalView = Readonly<{
  model: string | null;
  runs: number;
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_creation_tokens: number;
  /** What is known of the cost; null when nothing is. */
  cost_usd: number | null;
  reported_usd: number;
  estimated_usd: number;
  basis: CostBasis;
}>;

/** One slice of the period. `by_model` has an amount for each entry of `models`, in that order. */
export type CostSliceView = Readonly<{
  start: string;
  /** True when a part of the slice lies outside the period or in the future. */
  partial: boolean;
  runs: number;
  passed: number;
  tests: number;
  cost_usd: number;
  complete: boolean;
  /** Runs that tell nothing of their cost. */
  untold_runs: number;
  /** Whether every run that tells its cost tells all of it. */
  each_complete: boolean;
  /** Of the runs that tell their cost. */
  per_passed_usd: number | null;
  by_model: readonly number[];
}>;

/** One run: what it got and what it cost. */
export type CostPointView = Readonly<{
  id: string;
  timestamp: string;
  tier: string;
  git_branch: string;
  version: string;
  label: string | null;
  /** The model that cost most; null when the run names none. */
  model: string | null;
  passed: number;
  total: number;
  cost_usd: number;
  complete: boolean;
  /** No other run of the answer passed as much for as little. */
  best: boolean;
}>;

export type CostTilesView = Readonly<{
  runs: number;
  /** Runs that tell nothing of their cost: what a run and a passed test cost is that of the others. */
  untold_runs: number;
  /** Passed tests of the runs that tell their cost. */
  passed: number;
  cost_usd: number;
  complete: boolean;
  /** The period of the same length before it; null when there is none. */
  previous: Readonly<{ cost_usd: number; complete: boolean; runs: number }> | null;
  /** Whether every run that tells its cost tells all of it. */
  each_complete: boolean;
  per_run_usd: number | null;
  per_passed_usd: number | null;
  reported_usd: number;
  estimated_usd: number;
  /** Stated by runs in total, without a model. */
  unsplit_usd: number;
  unpriced_models: number;
  unpriced_calls: number;
  calls: number;
}>;

/** What the tokens of all models would cost with each tier's model; null when that model has no price. */
export type WhatIfView = Readonly<{
  /** What they did cost. */
  billed_usd: number;
  complete: boolean;
  tiers: readonly Readonly<{ tier: "fast" | "standard" | "full"; model: string; cost_usd: number | null }>[];
}>;

/** What evals cost. */
export type EvalSpendingView = EvalPanelFrame &
  Readonly<{
    tiles: CostTilesView;
    unit: SliceUnit;
    slices: readonly CostSliceView[];
    /** Dearest first; what no model accounts for comes last. */
    models: readonly ModelTotalView[];
    what_if: WhatIfView;
    /** The price list in force. Estimates stand as they were when a run was recorded. */
    prices: Readonly<{ source: string; date: string; fallback: string | null }>;
    /** Runs with results that tell their cost, oldest first; of more than can be told apart the newest. */
    points: readonly CostPointView[];
    /** How many there are of them, also those that `points` leaves out. */
    runs_with_results: number;
  }>;

/** A slice of the agent's spending against the limit for a slice of that length. */
export type SpendSliceView = Readonly<{
  start: string;
  partial: boolean;
  calls: number;
  spent_usd: number;
  /** The limit in force at the end of the slice, without extensions. */
  limit_usd: number;
  /** What was granted beyond it in the slice. */
  extended_usd: number;
  /** An amount for each entry of `models`, in that order. */
  by_model: readonly number[];
}>;

export type SpendTrendsView = Readonly<{
  zone: string;
  from: string | null;
  to: string | null;
  /** Whether anything was ever spent, and whether anyone has set limits. */
  recorded: boolean;
  limits_set: boolean;
  budget: BudgetView;
  unit: SliceUnit;
  slices: readonly SpendSliceView[];
  total: SpendSumView;
  /** Dearest first. */
  models: readonly Readonly<SpendSumView & { name: string }>[];
  /** Dearest first; `name` is null for what belongs to no task. */
  tasks: readonly Readonly<SpendSumView & { name: string | null }>[];
  /** Tasks in all, also those that `tasks` leaves out. */
  task_count: number;
}>;

/** A session of an agent. `cost_usd` null: nothing is known of it; not `complete`: some calls have no known price. */
export type SessionView = Readonly<{
  session_id: string;
  host: string;
  model: string | null;
  project: string | null;
  branch: string | null;
  started_at: string;
  ended_at: string | null;
  /** Null while it goes on, or where its end is not known. */
  duration_ms: number | null;
  turns: number;
  /** Most used first. */
  tools: readonly Readonly<{ tool: string; count: number }>[];
  calls: number;
  cost_usd: number | null;
  complete: boolean;
  /** The latest review of its branch in its project; null without one. */
  review: Readonly<{ fact_id: string; score: number; verdict: Verdict }> | null;
}>;

/** The sessions that began in a slice; `by_host` has an amount for each entry of `hosts`, in that order. */
export type SessionSliceView = Readonly<{
  start: string;
  partial: boolean;
  sessions: number;
  cost_usd: number;
  complete: boolean;
  by_host: readonly number[];
}>;

export type SessionTrendsView = Readonly<{
  zone: string;
  /** Whether any session is recorded at all, whatever the filter. */
  recorded: boolean;
  unit: SliceUnit;
  hosts: readonly string[];
  slices: readonly SessionSliceView[];
  /** Latest first. */
  sessions: readonly SessionView[];
  /** Whether there are older ones that are left out. */
  cut: boolean;
  tools: readonly Readonly<{ tool: string; count: number; sessions: number }>[];
}>;
