import type { StoreProblem } from "../../../ports/fact-log.ts";
import type { TeamResetView } from "../../../ports/sync.ts";
import type { HostView } from "../../connect/model/views.ts";
import type { Severity } from "../model/finding.ts";
import type { ReviewReport, Verdict } from "../model/report.ts";

/*
 * The product's views: what operations return, what `--json` prints, what trees and panels show. Shapes are a contract: fields
 * may be added, none removed. Coins are numbers with at most one decimal (tenths / 10); times are ISO-8601 UTC.
 */

export type StatusView = Readonly<{
  agent: string;
  project: string | null;
  coins: number;
  streak_pass: number;
  streak_block: number;
  best_streak_pass: number;
  last_verdict: Verdict | "UNKNOWN";
  last_delta: number | null;
  last_run_at: string | null;
  runs: number;
  top_violations: readonly Readonly<{ rule: string; count: number }>[];
  /** Those of its latest 20 runs whose reports state a time after their recording; they count at `created_at`. */
  dated_ahead: readonly Readonly<{ run_id: string; stated_at: string; created_at: string }>[];
  /** Time of the latest recording, if it was made with a clock ahead of the present one; else null. */
  recorded_ahead: string | null;
  /** `dated_ahead` and `recorded_ahead` in words. */
  warnings: readonly string[];
}>;

export type AgentStatusView = StatusView &
  Readonly<{
    /** Number of recorded facts that the journal has lost; absent if none are known to be missing. */
    missing_facts?: number;
    /** With `--team`: the team's resets that apply to the agent, oldest first. */
    team_resets?: readonly TeamResetView[];
    /** If no run counts: the user's own resets that hide runs. */
    resets?: readonly ResetInForceView[];
    /** If no run counts: number of agents with runs, in any project; absent if there are none. */
    agents_with_runs?: number;
  }>;

/** One of the user's own resets that is in force. `agent`: null means all agents. */
export type ResetInForceView = Readonly<{ agent: string | null; at: string; hidden_runs: number }>;

export type RunView = Readonly<{
  run_id: string;
  fact_id: string;
  agent: string;
  project: string | null;
  created_at: string;
  score: number;
  reward_delta: number;
  verdict: Verdict;
  mode: "enforce" | "shadow";
  /** Whether the report contradicts what follows from its score and findings; `show` lists how. */
  disputed: boolean;
  /** Coins that the run earned, bonus included. */
  coin_delta: number;
  /** Bonus (positive) or penalty (negative) in coins for the streak, included in `coin_delta`. */
  bonus: number;
  /** Coins after this run. */
  coins: number;
  streak_pass: number;
  streak_block: number;
  findings: number;
  blocking: number;
  issue_number: number | null;
}>;

export type FindingView = Readonly<{
  category: string;
  severity: Severity;
  tool: string;
  rule: string;
  file: string;
  line: number;
  message: string;
  fixable: boolean;
  blocking: boolean;
}>;

/** One run in detail: its findings and how its coins were computed. */
export type RunDetailView = Readonly<{
  run: RunView;
  /** Recorded before a reset in force, or recorded automatically and taken back: it earns nothing and no answer counts it. */
  hidden: boolean;
  summary: string;
  branch: string | null;
  commit: string | null;
  changed_files: readonly string[];
  house_rules_version: number | null;
  findings: readonly FindingView[];
  /**
   * The first findings of code that is older than `base`, charged to nobody. `existing_count`: their total; 0 if none was
   * compared.
   */
  existing: readonly FindingView[];
  existing_count: number;
  base: string | null;
  /** Where the report's statements differ from what follows from it, one line each. */
  warnings: readonly string[];
  /** How complete the report's evidence is, by its assurance status; null if it has none. */
  assurance_status: string | null;
  /** The parts of the computation `(94 − 80) / 10 = +1.40; streak of 6 passes (5 or more): +0.50; together +1.90`. */
  formula: Readonly<{
    score: number;
    baseline: number;
    reward: number;
    streak_pass: number;
    streak_block: number;
    bonus: number;
    total: number;
    coins_before: number;
    coins_after: number;
    /** The whole computation as English text. */
    text: string;
  }>;
}>;

export type UpdateView = Readonly<{
  recorded: boolean;
  reason: null | "duplicate";
  run: RunView;
  status: StatusView;
  /** Parts of the report that could not be used unchanged, and warnings of the agent's status, one line each. */
  warnings: readonly string[];
}>;

export type ViolationView = Readonly<{
  rule: string;
  count: number;
  runs: number;
  first_seen: string;
  last_seen: string;
  by_severity: Readonly<Record<Severity, number>>;
}>;

/** One rule in detail: how often it was broken, and where the latest runs broke it. */
export type RuleView = ViolationView & Readonly<{ examples: readonly Readonly<FindingView & { run_id: string }>[] }>;

export type ResetView = Readonly<{
  reset: boolean;
  agent: string | null;
  hidden_runs: number;
  undone: boolean;
  restored_runs: number;
}>;

export type ExportView = Readonly<{
  format: "json" | "csv" | "specfact";
  runs: number;
  out: string | null;
  content: string | null;
}>;

export type VerifyView = Readonly<{
  ok: boolean;
  facts: number;
  devices: readonly Readonly<{ device: string; name: string | null; facts: number; head: string | null }>[];
  agents: readonly StatusView[];
  problems: readonly StoreProblem[];
  /** Facts of other members' devices that this version cannot read; `ok` does not depend on them. */
  warnings: readonly Readonly<StoreProblem & { device: string; member: string }>[];
}>;

export type RebuildView = Readonly<{ facts: number }>;

export type DoctorView = Readonly<{
  ok: boolean;
  checks: readonly Readonly<{ name: string; state: "ok" | "warn" | "fail"; detail: string; hint: string | null }>[];
  /** Connections of the coding agents on this machine: each agent for the user's work, and those connected in the project. */
  agents: readonly HostView[];
}>;

/** A scored report: the ReviewReport itself, so that it can be piped into `update`, and how its score was computed. */
export type ScoreView = ReviewReport &
  Readonly<{
    scoring: Readonly<{
      /** Points deducted, by kind of finding; `ai_bloat` costs nothing. */
      deductions: readonly Readonly<{
        kind: "blocking" | "fixable" | "warning" | "info" | "ai_bloat";
        findings: number;
        points: number;
      }>[];
      bonuses: readonly string[];
      /** Number of findings left out as noise; `below_level`: left out because of `--level`. */
      suppressed: number;
      below_level: number;
    }>;
  }>;

/** What the outputs of tools contained, and what was recorded of it. */
export type ReviewView = Readonly<{
  recorded: boolean;
  reason: null | "duplicate" | "dry_run";
  /** The run as stored in the ledger; null with `--dry-run`. */
  run: RunView | null;
  run_id: string;
  score: number;
  /** Coins that the score earns, without a bonus or penalty for the streak. */
  reward: number;
  verdict: Verdict;
  scoring: ScoreView["scoring"];
  /** The commit that separates new code from old, and the name by which it was found; null if all code counts. */
  base: Readonly<{ commit: string; name: string }> | null;
  outputs: readonly Readonly<{
    file: string;
    format: string;
    tools: readonly string[];
    findings: number;
    suppressed: number;
    /** Entries that could not be used, with their place in the file. */
    skipped: readonly Readonly<{ place: string; reason: string }>[];
  }>[];
  findings: readonly FindingView[];
  /** Findings of older code, which are charged to nobody. */
  existing: readonly FindingView[];
  /** With `--staged`: number of findings in changes that are not staged. */
  unstaged?: number;
  /** Number of findings outside the project; `repeated`: number that an earlier file has as well. */
  outside: number;
  repeated: number;
  status: StatusView | null;
  warnings: readonly string[];
}>;

/** The trends panel's data for one choice of filters. */
export type TrendsView = Readonly<{
  zone: string;
  filter: Readonly<{
    agent: string | null;
    compare_with: string | null;
    project: string | null;
    /** ISO-8601 UTC, `from` inclusive, `to` exclusive; null means open-ended. */
    from: string | null;
    to: string | null;
  }>;
  agents: readonly string[];
  projects: readonly string[];
  /** Members of teams that this home has synced with, by email address; empty if it has never synced. */
  members: readonly Readonly<{ email: string; me: boolean }>[];
  tiles: Readonly<{
    coins: Readonly<{ value: number; change: number }>;
    /** The streak of the chosen agent; if none is chosen, of the agent of the latest run. `agent` is null without runs. */
    streak: Readonly<{ agent: string | null; pass: number; block: number; best: number }>;
    /** Passes (advisories included) among the latest 20 runs, with the 95 % Wilson interval; null without runs. */
    pass_rate: Readonly<{ passed: number; total: number; rate: number; low: number; high: number }> | null;
    top_rule: Readonly<{ rule: string; count: number; previous: number | null }> | null;
  }>;
  /**
   * The lines of the chosen agent and the one it is compared with; if none is chosen, of the agents with the most runs, at most
   * 8.
   */
  lines: readonly CoinLineView[];
  resets: readonly Readonly<{ agent: string | null; at: string }>[];
  violations: readonly Readonly<{
    rule: string;
    count: number;
    runs: number;
    /** Count in the preceding period of the same length; null if the period has no start. */
    previous: number | null;
    by_severity: Readonly<Record<Severity, number>>;
    /** Findings per bucket of `violation_buckets`. */
    spark: readonly number[];
  }>[];
  violation_buckets: Readonly<{ unit: "day" | "week" | "month"; starts: readonly string[] }>;
}>;

/** A coin line: one point per run as long as that is readable, else one per day or week. */
export type CoinLineView = Readonly<{
  agent: string;
  resolution: "run" | "day" | "week";
  /** Coins before the first point. */
  coins_before: number;
  points: readonly CoinPointView[];
}>;

export type CoinPointView = Readonly<{
  /** Time of the run, or start of the day or week. */
  at: string;
  coins: number;
  delta: number;
  /** Coins from streak bonuses (0 or more); `penalties`: from streak penalties (0 or less). Both are included in `delta`. */
  bonuses: number;
  penalties: number;
  runs: number;
  passes: number;
  advisories: number;
  fails: number;
  score: number;
  streak_pass: number;
  streak_block: number;
  /** The run, if the point is a single run; else null. */
  fact_id: string | null;
  run_id: string | null;
  verdict: Verdict | null;
}>;
