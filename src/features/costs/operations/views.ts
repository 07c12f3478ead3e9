import type { BudgetView, SpendSumView } from "../../agent/operations/views.ts";
import type { EvalPanelFrame } from "../../evals/operations/panel-views.ts";
import type { Verdict } from "../../reviews/model/report.ts";
import type { SliceUnit } from "../../shared/time-buckets.ts";

export type { SliceUnit };

/*
 * Data of the Costs tab. Amounts are USD with at most six decimals (micro-dollars / 1e6); days are `YYYY-MM-DD` in the ledger's
 * time zone; null means "unknown", never 0. An amount that is not `complete` is too low: a part of it has no known price.
 */

/** Basis of an amount: reported by the provider, estimated from tokens, a mix of both, partly priced, or not priced at all. */
export type CostBasis = "reported" | "estimated" | "mixed" | "partly" | "unpriced";

/** Totals of one model over the period. `model` null: the part of the runs' stated totals that no model accounts for. */
export type ModelTotalView = Readonly<{
  model: string | null;
  runs: number;
  calls: number;
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_creation_tokens: number;
  /** The known part of the cost; null if nothing is known. */
  cost_usd: number | null;
  reported_usd: number;
  estimated_usd: number;
  basis: CostBasis;
}>;

/** One slice of the period. `by_model`: an amount for each entry of `models`, in the same order. */
export type CostSliceView = Readonly<{
  start: string;
  /** Whether part of the slice is outside the period or in the future. */
  partial: boolean;
  runs: number;
  passed: number;
  tests: number;
  cost_usd: number;
  complete: boolean;
  /** Number of runs that report no cost. */
  untold_runs: number;
  /** Whether every run that reports a cost reports all of it. */
  each_complete: boolean;
  /** Cost per passed test of the runs that report their cost. */
  per_passed_usd: number | null;
  by_model: readonly number[];
}>;

/** One run with its results and its cost. */
export type CostPointView = Readonly<{
  id: string;
  timestamp: string;
  tier: string;
  git_branch: string;
  version: string;
  label: string | null;
  /** The model with the highest cost; null if the run names no model. */
  model: string | null;
  passed: number;
  total: number;
  cost_usd: number;
  complete: boolean;
  /** Whether no other listed run passed at least as much for at most the same cost and was better in one of the two. */
  best: boolean;
}>;

export type CostTilesView = Readonly<{
  runs: number;
  /** Number of runs that report no cost. They are excluded from `per_run_usd` and `per_passed_usd`. */
  untold_runs: number;
  /** Passed tests of the runs that report their cost. */
  passed: number;
  cost_usd: number;
  complete: boolean;
  /** The preceding period of the same length; null if there is none. */
  previous: Readonly<{ cost_usd: number; complete: boolean; runs: number }> | null;
  /** Whether every run that reports a cost reports all of it. */
  each_complete: boolean;
  per_run_usd: number | null;
  per_passed_usd: number | null;
  reported_usd: number;
  estimated_usd: number;
  /** The part of the runs' stated totals that no model accounts for. */
  unsplit_usd: number;
  unpriced_models: number;
  unpriced_calls: number;
  calls: number;
}>;

/** What the tokens of all models would cost with each tier's model; null if that model has no known price. */
export type WhatIfView = Readonly<{
  /** The actual cost. */
  billed_usd: number;
  complete: boolean;
  tiers: readonly Readonly<{ tier: "fast" | "standard" | "full"; model: string; cost_usd: number | null }>[];
}>;

/** Spending on evals. */
export type EvalSpendingView = EvalPanelFrame &
  Readonly<{
    tiles: CostTilesView;
    unit: SliceUnit;
    slices: readonly CostSliceView[];
    /** Most expensive first; the part that no model accounts for comes last. */
    models: readonly ModelTotalView[];
    what_if: WhatIfView;
    /** The price list in force. Estimates keep the prices in force when the run was recorded. */
    prices: Readonly<{ source: string; date: string; fallback: string | null }>;
    /** Runs with results that report their cost, oldest first; at most the latest 2,000. */
    points: readonly CostPointView[];
    /** Number of all such runs, including those that `points` omits. */
    runs_with_results: number;
  }>;

/** Spending of the agent in a slice, with the limit for a slice of that length. */
export type SpendSliceView = Readonly<{
  start: string;
  partial: boolean;
  calls: number;
  spent_usd: number;
  /** The limit in force at the end of the slice, including extensions. */
  limit_usd: number;
  /** Extensions of the limit that were granted in the slice. */
  extended_usd: number;
  /** An amount for each entry of `models`, in the same order. */
  by_model: readonly number[];
}>;

export type SpendTrendsView = Readonly<{
  zone: string;
  from: string | null;
  to: string | null;
  /** Whether any spending was ever recorded; `limits_set`: whether limits have been set. */
  recorded: boolean;
  limits_set: boolean;
  budget: BudgetView;
  unit: SliceUnit;
  slices: readonly SpendSliceView[];
  total: SpendSumView;
  /** Most expensive first. */
  models: readonly Readonly<SpendSumView & { name: string }>[];
  /** Most expensive first; `name` is null for spending without a task. */
  tasks: readonly Readonly<SpendSumView & { name: string | null }>[];
  /** Total number of tasks, including those that `tasks` omits. */
  task_count: number;
}>;

/** A session of an agent. `cost_usd` null: the cost is unknown. Not `complete`: some calls have no known price. */
export type SessionView = Readonly<{
  session_id: string;
  host: string;
  model: string | null;
  project: string | null;
  branch: string | null;
  started_at: string;
  ended_at: string | null;
  /** Null while the session is running, or if its end is unknown. */
  duration_ms: number | null;
  turns: number;
  /** Most used first. */
  tools: readonly Readonly<{ tool: string; count: number }>[];
  calls: number;
  cost_usd: number | null;
  complete: boolean;
  /** The latest review of the session's branch in its project; null if there is none. */
  review: Readonly<{ fact_id: string; score: number; verdict: Verdict }> | null;
}>;

/** The sessions that began in a slice. `by_host`: an amount for each entry of `hosts`, in the same order. */
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
  /** Whether any session is recorded, regardless of the filter. */
  recorded: boolean;
  unit: SliceUnit;
  hosts: readonly string[];
  slices: readonly SessionSliceView[];
  /** Latest first. */
  sessions: readonly SessionView[];
  /** Whether older sessions were omitted. */
  cut: boolean;
  tools: readonly Readonly<{ tool: string; count: number; sessions: number }>[];
}>;
