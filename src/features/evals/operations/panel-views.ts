import type { HealthReason, HealthState } from "../model/health.ts";
import type { TrendStatus } from "../model/trend.ts";
import type { EvalCompareView, EvalCostView, EvalHealthView, EvalRunView, EvalTestView } from "./views.ts";

/*
 * The answers for the eval tabs of the trends panel. Amounts are USD, times ISO-8601 UTC, null means "not known".
 */

/** The data that every eval tab needs: the time span it shows, and the options of its filter. */
export type EvalPanelFrame = Readonly<{
  /** IANA name of the ledger's time zone. */
  zone: string;
  /** `to` is exclusive. */
  filter: Readonly<{ from: string | null; to: string | null }>;
  /** Whether any eval run is recorded, regardless of the filter. */
  recorded: boolean;
  projects: readonly string[];
  members: readonly Readonly<{ email: string; me: boolean }>[];
  tiers: readonly string[];
  branches: readonly string[];
}>;

/** A pass rate with its 95 % Wilson bounds. */
export type EvalPassRateView = Readonly<{ passed: number; total: number; rate: number; low: number; high: number }>;

/**
 * The cost of a run: the sum of its entries, or the total that it states if the entries are not all priced and the total is
 * higher. `complete` is false when part of the cost has no known price.
 */
export type EvalBillView = Readonly<{ cost_usd: number; complete: boolean }>;

/** A run of the overview; `pass_rate` is over its results of the chosen tests, null when it has none. */
export type EvalOverviewRunView = EvalRunView & EvalBillView & Readonly<{ pass_rate: EvalPassRateView | null }>;

/** The runs of one tier in one local day or week, with their results counted together. */
export type EvalSumView = EvalBillView &
  Readonly<{
    tier: string;
    /** The day, or the Monday of the week, `YYYY-MM-DD`. */
    day: string;
    runs: number;
    /** The mean of its runs' indexes in the overview: its position on an axis of runs. */
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
  /** Index of the run in which the current state of health began; null when no single change led to it. */
  health_since: number | null;
  pass_rate: EvalPassRateView;
  flips: number;
  streak: Readonly<{ type: "pass" | "fail"; count: number }>;
  /** When the test last ran. */
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
    /** Index of the run that the first character of the tests' results stands for; earlier runs are not drawn. */
    first_column: number;
    statuses: Readonly<Record<TrendStatus, number>>;
    healths: Readonly<Record<HealthState, number>>;
    /** Number of runs that report their cost. `per_run_usd` is the average over these, null without any. */
    telling_runs: number;
    /** Whether each of these runs reports its cost completely. */
    each_complete: boolean;
    per_run_usd: number | null;
  }>;

/** The result of a test in one run. Details other than `passed` are read for the latest results only, and null in the others. */
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
  /** Number of attempts in that run; the last attempt decides. */
  attempts: number;
}>;

/** One test's history in a period. */
export type EvalTestHistoryView = Readonly<{
  tier: string;
  suite: string;
  name: string;
  /** Null when the test did not run in the period. */
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
  /** Number of latest results that were read with all their details. */
  read: number;
  /** The latest failure that has an error message. */
  last_error: Readonly<{ run: string; timestamp: string; error: string }> | null;
}>;

/** One run opened in the panel. */
export type EvalRunDetailView = Readonly<{
  run: EvalRunView;
  bill: EvalBillView;
  baseline: boolean;
  pass_rate: EvalPassRateView | null;
  /** Number of failed tests; `failures` are the first of them in the order of the run. */
  failed: number;
  failures: readonly EvalTestView[];
  costs: EvalCostView;
  warnings: readonly string[];
  /** The run that this one is compared with: the pinned baseline, else the one before it. Null when there is none. */
  rival: EvalRunView | null;
  /** Null unless requested. Unchanged tests are left out. */
  comparison: EvalCompareView | null;
}>;
