import type { ErrorView } from "../../../kernel/ledger-error.ts";
import type { CacheSuite } from "../../../ports/evals.ts";
import type { Change } from "../model/compare.ts";
import type { HealthReason, HealthState } from "../model/health.ts";
import type { TrendStatus } from "../model/trend.ts";

/*
 * The answers of the eval commands, as `--json` prints them. Shapes are a contract: fields may be added, none removed. Amounts
 * are USD with at most six decimals (micro-dollars / 1e6); times are ISO-8601 UTC; null means "not known", never 0.
 */

/** An eval run, as every command shows it. */
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
  /** Whether the run was stopped before its end. Its cost then counts, but its results are part of no trend and no comparison. */
  partial: boolean;
  /** False when the file's timestamp is not a valid time; `timestamp` is then the time of the recording. */
  timestamp_given: boolean;
  /**
   * The time that the file states, if it is later than the recording; `timestamp` is then the time of the recording. Null
   * otherwise.
   */
  stated_at: string | null;
  /**
   * Cost of the run: the sum of the costs of its calls. If these are not all known, the total that the file states
   * (`total_cost_usd`) is used if it is higher.
   */
  cost_usd: number;
  /** False when part of the cost has no price or is not reported, so that the run may have cost more. */
  cost_complete: boolean;
  /**
   * Set when tests were run several times: `k` is the largest number of attempts at one test, `passed` the number of tests that
   * passed in every attempt, `rate` their share of all tests. Null when each test ran once.
   */
  pass_k: Readonly<{ k: number; passed: number; rate: number | null }> | null;
}>;

/** An eval run in a list; lists have the latest run first. */
export type EvalListView = EvalRunView &
  Readonly<{
    /** Whether the run is the baseline, with which later runs of its project and tier are compared. */
    baseline: boolean;
  }>;

/** The listed runs, and the totals of all matching runs, listed or not. */
export type EvalListPage = Readonly<{
  runs: readonly EvalListView[];
  matching: number;
  partial: number;
  cost_usd: number;
  cost_complete: boolean;
}>;

/** The answer for a file, or files merged into one run, whose run was recorded, or had been recorded before (`duplicate`). */
export type EvalPushedView = Readonly<{
  file: string;
  /** The files of which the run was merged, because each holds a part of it; absent when it is the run of one file. */
  parts?: readonly string[];
  recorded: boolean;
  reason: null | "duplicate";
  run: EvalRunView;
  warnings: readonly string[];
}>;

/** A file that was rejected, or a run merged from `parts`. The other files are recorded nevertheless. */
export type EvalRejectedView = Readonly<{
  file: string;
  parts?: readonly string[];
  recorded: false;
  reason: "rejected";
  run: null;
  error: ErrorView;
}>;

export type EvalPushView = EvalPushedView | EvalRejectedView;

/** Files that were recorded as one run, because each holds a part of it. */
export type MergedFilesView = Readonly<{ file: string; parts: readonly string[] }>;

export type EvalImportView = Readonly<{
  files: number;
  /**
   * The runs of files that were named individually and of merged files, whether recorded or already known. Other runs from a
   * folder are not listed.
   */
  runs: readonly EvalRunView[];
  recorded: number;
  duplicates: number;
  /** Number of files that were skipped: parts of runs that are still being collected, and files that hold no results. */
  skipped: number;
  rejected: readonly Readonly<{ file: string; error: string; code: string; hint: string }>[];
  /** Values in recorded and already known runs that could not be used or cannot be right. */
  warnings: readonly Readonly<{ file: string; message: string }>[];
  /** Absent when each file is a run of its own. */
  merged?: readonly MergedFilesView[];
}>;

/** The answer for files that were found by their names. */
export type EvalTakeView = Readonly<{
  recorded: number;
  duplicates: number;
  rejected: readonly Readonly<{ file: string; error: string; code: string; hint: string }>[];
  /** Values in recorded and already known runs that could not be used or cannot be right. */
  warnings: readonly Readonly<{ file: string; message: string }>[];
  /** Files that could not be read, so that their content is not known. */
  unread: readonly Readonly<{ file: string; error: string; code: string; hint: string }>[];
  /** Files that are not finished eval results and are not meant to be. */
  others: readonly string[];
}>;

/** The file to which the converted run was written, or its text. */
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
  /** Number of attempts at the test. The last attempt decides; cost and duration are those of all attempts together. */
  attempts: number;
}>;

export type EvalShowView = Pick<EvalRunView, "cost_usd" | "cost_complete"> &
  Readonly<{
    run: EvalRunView;
    baseline: boolean;
    tests: readonly EvalTestView[];
    /** Number of matching tests beyond the limit. */
    left_out: number;
    /** Number of tests that did not run; null when the results do not state it. */
    skipped: number | null;
    /** The format of results that the run was imported from; null for the standard and the legacy eval format. */
    source_format: string | null;
    costs: EvalCostView;
    warnings: readonly string[];
  }>;

/** Result and figures of a test in one run. */
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
  /** Tier of the test in the run after; for a removed test, in the run before. */
  tier: string;
  suite: string;
  name: string;
  /** Counts, from 1, the tests of the same suite and name. */
  occurrence: number;
  change: Change;
  before: EvalTestStateView | null;
  after: EvalTestStateView | null;
}>;

/** Two runs, and the changes from `before` to `after`. */
export type EvalCompareView = Readonly<{
  before: EvalRunView;
  after: EvalRunView;
  improved: number;
  regressed: number;
  unchanged: number;
  added: number;
  removed: number;
  total_cost_delta_usd: number;
  /** False when one of the two runs may have cost more. */
  cost_complete: boolean;
  total_duration_delta_ms: number;
  tool_count_before: number;
  tool_count_after: number;
  /** The tools whose number of calls changed, sorted by name. */
  tool_changes: readonly Readonly<{ tool: string; before: number; after: number }>[];
  deltas: readonly EvalDeltaView[];
  notes: readonly string[];
  warnings: readonly string[];
}>;

/** `before` is null when there is no run to compare with. */
export type EvalCompareAnswer = EvalCompareView | Readonly<{ before: null; after: EvalRunView }>;

/** The baseline: the run with which later runs of its project and tier are compared. */
export type EvalBaselineView = Readonly<{ pinned: boolean; tier: string; project: string | null; run: EvalRunView | null }>;

/** The health of a test, and the reason for it. */
export type EvalHealthView = Readonly<{
  health: HealthState;
  /** The reason in words. */
  health_reason: string;
  /** The reason as figures. */
  health_why: HealthReason;
  /** The run in which the current state of health began; null when no single change led to it. */
  health_since: Readonly<{ run: string; timestamp: string; git_sha: string }> | null;
}>;

/** The trend of a test over several runs. Lists are in the order flaky, degrading, improving, stable-fail, stable-pass. */
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

/** The result of a test in a run; `retried` is true when its attempts disagreed. */
export type EvalTrendResult = Readonly<{ timestamp: string; passed: boolean; retried: boolean }>;

/** Number of tests in each status, and the first of them in the order of `eval trend`. */
export type EvalTestsView = Readonly<{
  /** Number of recorded runs. */
  runs: number;
  /** Number of latest runs over which tests are classified. */
  over: number;
  by_status: Readonly<Record<TrendStatus, number>>;
  by_health: Readonly<Record<HealthState, number>>;
  tests: readonly EvalTrendView[];
  /** Number of matching tests beyond the limit. */
  left_out: number;
}>;

/**
 * Summary of eval runs. `flaky` lists the tests whose trend status is flaky, over the same runs. Costs are the sums of the runs'
 * `cost_usd`; averages are over the runs that report their cost.
 */
export type EvalSummaryView = Readonly<{
  runs: number;
  /** Number of these runs that were stopped before their end. */
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

/** Costs by model of one run, or of the runs of a period. */
export type EvalCostView = Readonly<{
  entries: readonly Readonly<{
    model: string;
    calls: number;
    input_tokens: number;
    output_tokens: number;
    cache_read_tokens: number;
    cache_creation_tokens: number;
    /** The known part of the cost; null when nothing is known. */
    cost_usd: number | null;
    /** Whether the provider reported the whole cost. */
    exact: boolean;
    /** False when some part of the cost was not reported and has no known price. */
    priced: boolean;
  }>[];
  /** Total cost of the runs: the sum of the entries, plus the amounts that runs state beyond their entries (`unsplit_usd`). */
  total_usd: number;
  unsplit_usd: number;
  complete: boolean;
  at_fast_tier_usd: number | null;
  at_standard_tier_usd: number | null;
  at_full_tier_usd: number | null;
  /** The price list used, and the lists it falls back to. Costs are estimated with the prices at the time of a run. */
  prices: Readonly<{ source: string; date: string; fallback: string | null }>;
}>;

/** Answer of `eval cache read SUITE KEY`; a cached null is a hit. */
export type EvalCacheReadView =
  | Readonly<{ hit: true; data: unknown; cached_at: string }>
  | Readonly<{ hit: false; reason: string }>;

export type EvalCacheWriteView = Readonly<{ written: true; suite: string; key: string }>;

export type EvalCacheClearView = Readonly<{ cleared: number }>;

/** Whether all cached answers can be read; `errors` lists those that cannot. */
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

/** Scores from 1 (worst) to 5, the reasoning, and the tokens and cost of the judge call. */
export type EvalJudgeView = Readonly<{
  clarity: number;
  completeness: number;
  actionability: number;
  reasoning: string;
  model: string;
  input_tokens: number;
  output_tokens: number;
  /** Whether the answer was cached. A cached answer takes no tokens and costs nothing. */
  cached: boolean;
  /** Estimated from the tokens; null for a model without a known price. */
  cost_usd: number | null;
}>;

/** The state of a running or finished collector. */
export type EvalWatchView = Readonly<{
  /** `none`: no collector has run here; `gone`: its process exited without a result. */
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
  /** Expected number of tests of the run; null when the collector does not know it. */
  expected: number | null;
  total_cost_usd: number;
  elapsed_seconds: number;
  /** Folder in which the collector stores its parts of the run. */
  folder: string | null;
}>;

/**
 * The eval runs of the team's members, those with the most runs first. `pass_rate`, from 0 to 1, is the mean of the runs' pass
 * rates. Costs are the sums of the runs' `cost_usd`.
 */
export type EvalLeaderboardView = Readonly<{
  days: number;
  /** False when no team is set up, or it was never synced; the runs are then those of this machine. */
  team: boolean;
  members: readonly Readonly<{
    /** E-mail address of the member; an id when the address is not known. */
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
