import type { HealthReason, HealthState } from "../model/health.ts";
import type { TrendStatus } from "../model/trend.ts";
import type { EvalCompareView, EvalCostView, EvalHealthView, EvalRunView, EvalTestView } from "./views.ts";

/*
 * What the trends panel's tabs of evals are answered with. Amounts are USD, times ISO-8601 UTC, null is "not known".
 */

/** What every tab of evals needs: the span it is about, and what its filter offers. */
export type EvalPanelFrame = Readonly<{
  /** IANA name of the ledger's time zone. */
  zone: string;
  /** `to` is exclusive. */
  filter: Readonly<{ from: string | null; to: string | null }>;
  /** Whether there is any eval run at all, whatever the filter. */
  recorded: boolean;
  projects: readonly string[];
  members: readonly Readonly<{ email: string; me: boolean }>[];
  tiers: readonly string[];
  branches: readonly string[];
}>;

/** A share of passes with its 95 % Wilson bounds. */
export type EvalPassRateView = Readonly<{ passed: number; total: number; rate: number; low: number; high: number }>;

/** What a run came to: its bill, or what it states where that says more. Incomplete where some of it has no known price. */
export type EvalBillView = Readonly<{ cost_usd: number; complete: boolean }>;

/** A run of the overview; `pass_rate` counts its results of the chosen tests, null when it has none at all. */
export type EvalOverviewRunView = EvalRunView & EvalBillView & Readonly<{ pass_rate: EvalPassRateView | null }>;

/** The runs of one tier in one local day or week, their results counted together. */
export type EvalSumView = EvalBillView &
  Readonly<{
    tier: string;
    /** The day, or the Monday of the week, `YYYY-MM-DD`. */
    day: string;
    runs: number;
    /** The mean of its runs' indexes in the overview: where it stands on an axis of runs. */
    place: number;
    pass_rate: EvalPassRateView;
  }>;

/**
 * A test of the overview. `results` has one character for each run from `first_column` on: `+` passed, `-` failed, `~` both
 * (a test that ran several times), `.` not part of the run.
 */
export type EvalOverviewTestView = Readonly<{
  tier: string;
  suite: string;
  name: string;
  status: TrendStatus;
  health: HealthState;
  health_why: HealthReason;
  /** Index of the run from which on it has been so; null where no single change made it. */
  health_since: number | null;
  pass_rate: EvalPassRateView;
  flips: number;
  streak: Readonly<{ type: "pass" | "fail"; count: number }>;
  /** When it last ran. */
  last: string;
  results: string;
}>;

/** The Evals tab. Runs oldest first; tests in the order of `eval trend`. */
export type EvalOverviewView = EvalPanelFrame &
  EvalBillView &
  Readonly<{
    suites: readonly string[];
    runs: readonly EvalOverviewRunView[];
    /** The same runs summed by tier and day or week, for charts in which single runs would overlap; oldest first. */
    days: readonly EvalSumView[];
    weeks: readonly EvalSumView[];
    tests: readonly EvalOverviewTestView[];
    /** Index of the run that the first character of the tests' results stands for: more runs than that are not drawn. */
    first_column: number;
    statuses: Readonly<Record<TrendStatus, number>>;
    healths: Readonly<Record<HealthState, number>>;
    /** Runs that tell their cost: what a run cost is that of these, null without any. */
    telling_runs: number;
    /** Whether every one of them tells all of it. */
    each_complete: boolean;
    per_run_usd: number | null;
  }>;

/** What became of a test in one run. What lies behind `passed` is read for the newest results only, and null in the others. */
export type EvalTestResultView = Readonly<{
  run: string;
  timestamp: string;
  git_branch: string;
  git_sha: string;
  passed: boolean;
  duration_ms: number | null;
  cost_usd: number | null;
  turns_used: number | null;
  exit_reason: string | null;
  error: string | null;
  /** How often it was run in that run; the last attempt decides. */
  attempts: number;
}>;

/** One test's history in a period. */
export type EvalTestHistoryView = Readonly<{
  tier: string;
  suite: string;
  name: string;
  /** Null when it did not run in the period. */
  trend:
    | (EvalHealthView &
        Readonly<{
          status: TrendStatus;
          pass_rate: EvalPassRateView;
          flips: number;
          streak: Readonly<{ type: "pass" | "fail"; count: number }>;
        }>)
    | null;
  /** Oldest first. */
  results: readonly EvalTestResultView[];
  /** How many of the newest results were read with all that lies behind them. */
  read: number;
  /** The newest failure that said why. */
  last_error: Readonly<{ run: string; timestamp: string; error: string }> | null;
}>;

/** One run opened in the panel. */
export type EvalRunDetailView = Readonly<{
  run: EvalRunView;
  bill: EvalBillView;
  baseline: boolean;
  pass_rate: EvalPassRateView | null;
  /** How many tests failed; `failures` are the first of them in the order of the run. */
  failed: number;
  failures: readonly EvalTestView[];
  costs: EvalCostView;
  warnings: readonly string[];
  /** The run that this one is compared with: the pinned baseline, else the one before it. Null when there is none. */
  rival: EvalRunView | null;
  /** Null when it was not asked for. Tests that did not change are left out. */
  comparison: EvalCompareView | null;
}>;
