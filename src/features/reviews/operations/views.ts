import type { StoreProblem } from "../../../ports/fact-log.ts";
import type { TeamResetView } from "../../../ports/sync.ts";
import type { HostView } from "../../connect/model/views.ts";
import type { Severity } from "../model/finding.ts";
import type { ReviewReport, Verdict } from "../model/report.ts";

/*
 * The product's views: what operations answer, what `--json` prints, what trees and panels show. Shapes are a contract: fields
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
  /** Of its last 20 runs those whose reports state a time after their recording: they count as of `created_at`. */
  dated_ahead: readonly Readonly<{ run_id: string; stated_at: string; created_at: string }>[];
  /** What was recorded last, when it was recorded with a clock ahead of the present one; else null. */
  recorded_ahead: string | null;
  /** The same in words. */
  warnings: readonly string[];
}>;

export type AgentStatusView = StatusView &
  Readonly<{
    /** How many recorded facts the journal has lost; absent when none are known to be missing. */
    missing_facts?: number;
    /** With `--team` the resets of the team that concern the agent, oldest first. */
    team_resets?: readonly TeamResetView[];
    /** Where no run counts, the user's own resets that hide runs. */
    resets?: readonly ResetInForceView[];
  }>;

/** A reset of one's own in force. `agent` null: of all agents. */
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
  /** Whether the report says of its verdict what its score and findings do not; `show` says what. */
  disputed: boolean;
  /** What the run earned, bonus included. */
  coin_delta: number;
  /** Bonus (positive) or penalty (negative) of the streak, part of `coin_delta`. */
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

/** One run opened: its findings and how its coins came about. */
export type RunDetailView = Readonly<{
  run: RunView;
  /** Recorded before a reset in force, or taken back after its automatic recording: it earns nothing and is part of no answer. */
  hidden: boolean;
  summary: string;
  branch: string | null;
  commit: string | null;
  changed_files: readonly string[];
  house_rules_version: number | null;
  findings: readonly FindingView[];
  /** Findings of code that is older than `base`, charged to nobody: the first of them, and how many there are; 0 where none was compared. */
  existing: readonly FindingView[];
  existing_count: number;
  base: string | null;
  /** What the report says otherwise than what follows from it, one line each. */
  warnings: readonly string[];
  /** What the report says of its evidence; null where it says nothing. */
  assurance_status: string | null;
  /** `(94 − 80) / 10 = +1.40; streak of 6 passes (5 or more): +0.50; together +1.90` in parts, for any surface to word. */
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
    /** The whole of it in English. */
    text: string;
  }>;
}>;

export type UpdateView = Readonly<{
  recorded: boolean;
  reason: null | "duplicate";
  run: RunView;
  status: StatusView;
  /** What of the report could not be taken as it stands, and what its standing warns of, one line each. */
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

/** One rule opened: its tally, and where the latest runs broke it. */
export type RuleView = ViolationView & Readonly<{ examples: readonly Readonly<FindingView & { run_id: string }>[] }>;

/**
 * What became of the files. The import failed (exit code 1) when a path that was named could not be imported, or when files
 * were rejected and no run was recorded or known; a folder with some bad files among good ones is imported and names the bad.
 */
export type ImportView = Readonly<{
  files: number;
  recorded: number;
  duplicates: number;
  /** `file` may go on with the entry in it (`a.json [3]`); `named`: its path was given, not found in a folder. */
  rejected: readonly Readonly<{ file: string; error: string; code: string; hint: string; named: boolean }>[];
  /** Totals stated by an imported ledger that the replay of its runs contradicts. */
  disagreements: readonly Readonly<{ file: string; total: string; stated: string; replayed: string }>[];
  /** What of recorded and known runs could not be taken as it stands; `file` as in `rejected`. */
  warnings: readonly Readonly<{ file: string; message: string }>[];
  /** Files of folders that hold nothing to record. */
  skipped_files: readonly Readonly<{ file: string; reason: string }>[];
}>;

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
  /** How the coding agents on this machine stand: each for the user's work, and those that are connected in the project. */
  agents: readonly HostView[];
}>;

/** A scored report: the ReviewReport itself, so that it can be piped into `update`, and how its score came about. */
export type ScoreView = ReviewReport &
  Readonly<{
    scoring: Readonly<{
      /** Points taken off, by what for; `ai_bloat` is free. */
      deductions: readonly Readonly<{
        kind: "blocking" | "fixable" | "warning" | "info" | "ai_bloat";
        findings: number;
        points: number;
      }>[];
      bonuses: readonly string[];
      /** Findings left out as noise, and by the level. */
      suppressed: number;
      below_level: number;
    }>;
  }>;

/** What the outputs of tools held, and what was recorded of it. */
export type ReviewView = Readonly<{
  recorded: boolean;
  reason: null | "duplicate" | "dry_run";
  /** The run as it stands in the ledger; null where nothing was to be recorded. */
  run: RunView | null;
  run_id: string;
  score: number;
  /** What the score earns, without a bonus or penalty of the streak. */
  reward: number;
  verdict: Verdict;
  scoring: ScoreView["scoring"];
  /** The commit that tells new code from old, and the name it goes by; null where all code counts. */
  base: Readonly<{ commit: string; name: string }> | null;
  outputs: readonly Readonly<{
    file: string;
    format: string;
    tools: readonly string[];
    findings: number;
    suppressed: number;
    /** Entries that could not be used, by their place in the file. */
    skipped: readonly Readonly<{ place: string; reason: string }>[];
  }>[];
  findings: readonly FindingView[];
  /** Findings of older code: charged to nobody. */
  existing: readonly FindingView[];
  /** With `--staged`: how many findings stand in changes that are not staged. */
  unstaged?: number;
  /** How many findings lie outside of the project, and how many an earlier file has as well. */
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
    /** ISO-8601 UTC, `from` inclusive, `to` exclusive; null is open. */
    from: string | null;
    to: string | null;
  }>;
  agents: readonly string[];
  projects: readonly string[];
  /** Members of teams that this home has synced with, by address; empty where it never has. */
  members: readonly Readonly<{ email: string; me: boolean }>[];
  tiles: Readonly<{
    coins: Readonly<{ value: number; change: number }>;
    /** The streak of the chosen agent, without a choice of the agent of the latest run; agent null without runs. */
    streak: Readonly<{ agent: string | null; pass: number; block: number; best: number }>;
    /** Passes (advisories included) among the newest 20 runs, with the 95 % Wilson interval; null without runs. */
    pass_rate: Readonly<{ passed: number; total: number; rate: number; low: number; high: number }> | null;
    top_rule: Readonly<{ rule: string; count: number; previous: number | null }> | null;
  }>;
  /** One or two lines: the chosen agent and the one it is compared with; without a choice every agent, at most 8 by runs. */
  lines: readonly CoinLineView[];
  resets: readonly Readonly<{ agent: string | null; at: string }>[];
  violations: readonly Readonly<{
    rule: string;
    count: number;
    runs: number;
    /** Count in the period of the same length before; null when the period has no start. */
    previous: number | null;
    by_severity: Readonly<Record<Severity, number>>;
    /** Findings per bucket of `violation_buckets`. */
    spark: readonly number[];
  }>[];
  violation_buckets: Readonly<{ unit: "day" | "week" | "month"; starts: readonly string[] }>;
}>;

/** A coin line: one point a run while they stay readable, else one a day or week. */
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
  /** Coins of the point's streak bonuses (0 or more) and streak penalties (0 or less), both part of `delta`. */
  bonuses: number;
  penalties: number;
  runs: number;
  passes: number;
  advisories: number;
  fails: number;
  score: number;
  streak_pass: number;
  streak_block: number;
  /** The run, when the point is one. */
  fact_id: string | null;
  run_id: string | null;
  verdict: Verdict | null;
}>;
