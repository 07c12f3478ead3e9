import type { ErrorView } from "../../../kernel/ledger-error.ts";
import type { CacheSuite } from "../../../ports/evals.ts";
import type { Change } from "../model/compare.ts";
import type { HealthReason, HealthState } from "../model/health.ts";
import type { TrendStatus } from "../model/trend.ts";

/*
 * What the eval commands answer, and what `--json` prints. Shapes are a contract: fields may be added, none removed. Amounts are
 * USD with at most six decimals (micro-dollars / 1e6); times are ISO-8601 UTC; null is "not known", never 0.
 */

/** A run as every command names it. */
export type EvalRunView = Readonly<{
  id: string;
  timestamp: string;
  git_branch: string;
  git_sha: string;
  tier: string;
  version: string;
  label: string | null;
  passed: number;
  failed: number;
  total: number;
  total_cost_usd: number;
  duration_seconds: number;
  project: string | null;
  /** Stopped before its end: its cost counts, its results are part of no trend and no comparison. */
  partial: boolean;
  /** False when the file's timestamp is no time: `timestamp` is then that of the recording. */
  timestamp_given: boolean;
  /** The time that the file states where that lies after its recording: `timestamp` is then that of the recording. */
  stated_at: string | null;
  /** What the run cost: what its calls come to, or what it states (`total_cost_usd`) where that says more. */
  cost_usd: number;
  /** False where some of the cost has no price or is not reported: the run may have cost more. */
  cost_complete: boolean;
  /**
   * Where tests were run several times: `k` is the most attempts at any, `passed` how many passed in every one of theirs, `rate` the
   * share of all tests. Null where each ran once.
   */
  pass_k: Readonly<{ k: number; passed: number; rate: number | null }> | null;
}>;

/** An eval run in a list, which has the newest first. */
export type EvalListView = EvalRunView &
  Readonly<{
    /** Whether later runs of its project and tier are compared with it. */
    baseline: boolean;
  }>;

/** The listed runs, and what all runs of the choice come to, listed or not. */
export type EvalListPage = Readonly<{
  runs: readonly EvalListView[];
  matching: number;
  partial: number;
  cost_usd: number;
  cost_complete: boolean;
}>;

/** A run that was recorded, or was before. */
export type EvalPushedView = Readonly<{
  file: string;
  recorded: boolean;
  reason: null | "duplicate";
  run: EvalRunView;
  warnings: readonly string[];
}>;

/** A file that was refused; it does not stop the others. */
export type EvalRejectedView = Readonly<{ file: string; recorded: false; reason: "rejected"; run: null; error: ErrorView }>;

export type EvalPushView = EvalPushedView | EvalRejectedView;

/** Files that were recorded as one run, because each holds a part of it. */
export type MergedFilesView = Readonly<{ file: string; parts: readonly string[] }>;

export type EvalImportView = Readonly<{
  files: number;
  /** The run of a file that was named by itself, recorded or known before; none where a folder was. */
  runs: readonly EvalRunView[];
  recorded: number;
  duplicates: number;
  /** Runs that are still being collected, and files that are no runs by their name. */
  skipped: number;
  rejected: readonly Readonly<{ file: string; error: string; code: string; hint: string }>[];
  /** What of recorded and known runs could not be used or cannot be right. */
  warnings: readonly Readonly<{ file: string; message: string }>[];
  /** Absent where each file is a run of its own. */
  merged?: readonly MergedFilesView[];
}>;

/** What became of files that were found by their names. */
export type EvalTakeView = Readonly<{
  recorded: number;
  duplicates: number;
  rejected: readonly Readonly<{ file: string; error: string; code: string; hint: string }>[];
  /** What of recorded and known runs could not be used or cannot be right. */
  warnings: readonly Readonly<{ file: string; message: string }>[];
  /** Files that could not be read, so that nobody knows what they are. */
  unread: readonly Readonly<{ file: string; error: string; code: string; hint: string }>[];
  /** Files that are no finished eval results and do not claim to be. */
  others: readonly string[];
}>;

/** Where the converted run was written, or its text. */
export type EvalConvertView = Readonly<{
  format: "standard" | "legacy";
  out: string | null;
  content: string | null;
  warnings: readonly string[];
}>;

export type EvalTestView = Readonly<{
  suite: string;
  name: string;
  tier: string;
  passed: boolean;
  duration_ms: number | null;
  cost_usd: number | null;
  turns_used: number | null;
  exit_reason: string | null;
  detection_rate: number | null;
  judge_scores: Readonly<Record<string, number>> | null;
  error: string | null;
  /** How often it was run; the last attempt decides, cost and duration are those of all. */
  attempts: number;
}>;

export type EvalShowView = Pick<EvalRunView, "cost_usd" | "cost_complete"> &
  Readonly<{
    run: EvalRunView;
    baseline: boolean;
    tests: readonly EvalTestView[];
    /** Tests that were chosen but are beyond the limit. */
    left_out: number;
    /** Tests that did not run, where the results say so. */
    skipped: number | null;
    /** The format of results that the run was imported from; null for one of the two eval formats. */
    source_format: string | null;
    costs: EvalCostView;
    warnings: readonly string[];
  }>;

/** What a test was in one run. */
export type EvalTestStateView = Readonly<{
  passed: boolean;
  cost_usd: number | null;
  duration_ms: number | null;
  turns_used: number | null;
  detection_rate: number | null;
  tool_calls: number;
  attempts: number;
}>;

export type EvalDeltaView = Readonly<{
  /** Of the test, in the run after if it is there. */
  tier: string;
  suite: string;
  name: string;
  /** From 1, among tests of one suite and name. */
  occurrence: number;
  change: Change;
  before: EvalTestStateView | null;
  after: EvalTestStateView | null;
}>;

/** Two runs, and what changed from the one to the other. */
export type EvalCompareView = Readonly<{
  before: EvalRunView;
  after: EvalRunView;
  improved: number;
  regressed: number;
  unchanged: number;
  added: number;
  removed: number;
  total_cost_delta_usd: number;
  /** False where one of the two may have cost more. */
  cost_complete: boolean;
  total_duration_delta_ms: number;
  tool_count_before: number;
  tool_count_after: number;
  /** Per tool whose number of calls changed, by name. */
  tool_changes: readonly Readonly<{ tool: string; before: number; after: number }>[];
  deltas: readonly EvalDeltaView[];
  notes: readonly string[];
  warnings: readonly string[];
}>;

/** `before` is null for a run that has no other to be compared with. */
export type EvalCompareAnswer = EvalCompareView | Readonly<{ before: null; after: EvalRunView }>;

/** The run that later ones of its project and tier are compared with. */
export type EvalBaselineView = Readonly<{ pinned: boolean; tier: string; project: string | null; run: EvalRunView | null }>;

/** How a test is doing, and why. */
export type EvalHealthView = Readonly<{
  health: HealthState;
  /** In words. */
  health_reason: string;
  /** The same as figures. */
  health_why: HealthReason;
  /** The run from which on it has been so; null where no single change made it. */
  health_since: Readonly<{ run: string; timestamp: string; git_sha: string }> | null;
}>;

/** A test over its runs. A list has them in the order flaky, degrading, improving, stable-fail, stable-pass. */
export type EvalTrendView = EvalHealthView &
  Readonly<{
    tier: string;
    suite: string;
    name: string;
    pass_rate: number;
    flips: number;
    streak: Readonly<{ type: "pass" | "fail"; count: number }>;
    status: TrendStatus;
    /** 95 % Wilson bounds of the pass rate. */
    interval: readonly [low: number, high: number];
    /** Oldest to newest. */
    results: readonly EvalTrendResult[];
  }>;

/** What became of a test in a run; `retried` when its attempts disagreed. */
export type EvalTrendResult = Readonly<{ timestamp: string; passed: boolean; retried: boolean }>;

/** How many tests are in each status, and the first of them in the order of `eval trend`. */
export type EvalTestsView = Readonly<{
  /** Runs that are recorded. */
  runs: number;
  /** The newest runs, over which tests are classified. */
  over: number;
  by_status: Readonly<Record<TrendStatus, number>>;
  by_health: Readonly<Record<HealthState, number>>;
  tests: readonly EvalTrendView[];
  /** Tests that were chosen but are beyond the limit. */
  left_out: number;
}>;

/**
 * Runs in figures. `flaky` is the trend's status, over the same runs. Costs are the sums of the runs' `cost_usd`; the average is that
 * of the runs whose cost is known.
 */
export type EvalSummaryView = Readonly<{
  runs: number;
  /** Runs among them that were stopped before their end. */
  partial_runs: number;
  total_cost_usd: number;
  cost_complete: boolean;
  tiers: readonly Readonly<{
    tier: string;
    runs: number;
    total_cost_usd: number;
    cost_complete: boolean;
    average_cost_usd: number;
    average_complete: boolean;
  }>[];
  average_detection: number | null;
  flaky: readonly Readonly<{ tier: string; suite: string; name: string; pass_rate: number; results: number }>[];
  branches: readonly Readonly<{ tier: string; branch: string; runs: number; average_detection: number | null }>[];
  from: string | null;
  to: string | null;
}>;

/** The bill of one run, or of those of a period. */
export type EvalCostView = Readonly<{
  entries: readonly Readonly<{
    model: string;
    calls: number;
    input_tokens: number;
    output_tokens: number;
    cache_read_tokens: number;
    cache_creation_tokens: number;
    /** What is known of the cost; null when nothing is. */
    cost_usd: number | null;
    /** Reported by the provider, every part of it. */
    exact: boolean;
    /** False when some part has neither a reported cost nor a known price. */
    priced: boolean;
  }>[];
  /** What the runs cost: the entries, and what runs state in total beyond them (`unsplit_usd`). */
  total_usd: number;
  unsplit_usd: number;
  complete: boolean;
  at_fast_tier_usd: number | null;
  at_standard_tier_usd: number | null;
  at_full_tier_usd: number | null;
  /** The price list in force, and those behind it; each has the prices of the time of a run. */
  prices: Readonly<{ source: string; date: string; fallback: string | null }>;
}>;

/** `eval cache read SUITE KEY`; a cached null is a hit. */
export type EvalCacheReadView =
  | Readonly<{ hit: true; data: unknown; cached_at: string }>
  | Readonly<{ hit: false; reason: string }>;

export type EvalCacheWriteView = Readonly<{ written: true; suite: string; key: string }>;

export type EvalCacheClearView = Readonly<{ cleared: number }>;

/** Whether the cached answers can be read, and those that cannot. */
export type EvalCacheVerifyView = Readonly<{
  ok: boolean;
  valid: number;
  invalid: number;
  errors: readonly Readonly<{ suite: string; file: string; reason: string }>[];
}>;

export type EvalCacheView =
  | EvalCacheReadView
  | EvalCacheWriteView
  | readonly CacheSuite[]
  | EvalCacheClearView
  | EvalCacheVerifyView;

/** Scores from 1 (worst) to 5, why, and what asking took. */
export type EvalJudgeView = Readonly<{
  clarity: number;
  completeness: number;
  actionability: number;
  reasoning: string;
  model: string;
  input_tokens: number;
  output_tokens: number;
  /** A cached answer takes no tokens and costs nothing. */
  cached: boolean;
  /** Estimated from the tokens; null for a model without a known price. */
  cost_usd: number | null;
}>;

/** Where the collector of a run stands. */
export type EvalWatchView = Readonly<{
  /** `none`: no collector has left a trace; `gone`: its process ended and left no result. */
  state: "none" | "running" | "finished" | "failed" | "gone";
  run_id: string | null;
  completed: readonly Readonly<{
    suite: string;
    name: string;
    passed: boolean;
    cost_usd: number | null;
    seconds: number | null;
    turns: number | null;
    attempts: number;
  }>[];
  current: Readonly<{ test: string; elapsed_seconds: number; turn: number; last_tool: string | null; stale: boolean }> | null;
  /** How many tests the run will have; null when its collector does not know. */
  expected: number | null;
  total_cost_usd: number;
  elapsed_seconds: number;
  /** Where the collector keeps its parts. */
  folder: string | null;
}>;

/** The members with the most runs come first; `pass_rate` in [0, 1], the mean of the runs' rates. Costs are the sums of the runs' `cost_usd`. */
export type EvalLeaderboardView = Readonly<{
  days: number;
  /** False when no team is set up, or it was never synced: the runs are then those of this machine. */
  team: boolean;
  members: readonly Readonly<{
    /** Address; where it is not known, an id. */
    member: string;
    me: boolean;
    runs: number;
    pass_rate: number | null;
    total_cost_usd: number;
    cost_complete: boolean;
  }>[];
  runs: number;
  total_cost_usd: number;
  cost_complete: boolean;
}>;
