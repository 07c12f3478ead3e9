import type { ImportView } from "../../src/features/intake/operations/views.ts";
import type {
  DoctorView,
  RunDetailView,
  RunView,
  ScoreView,
  StatusView,
  VerifyView,
  ViolationView,
} from "../../src/features/reviews/operations/views.ts";

/** An agent's standing with all parts filled in. */
export const status: StatusView = {
  agent: "claude-code",
  project: null,
  coins: 7.3,
  streak_pass: 2,
  streak_block: 0,
  best_streak_pass: 9,
  last_verdict: "PASS",
  last_delta: 19,
  last_run_at: "2026-03-17T12:00:00.000Z",
  runs: 12,
  top_violations: [
    { rule: "E501", count: 3 },
    { rule: "W0702", count: 1 },
  ],
  dated_ahead: [],
  recorded_ahead: null,
  warnings: [],
};

/** An agent without runs. */
export const emptyStatus: StatusView = {
  ...status,
  coins: 0,
  streak_pass: 0,
  best_streak_pass: 0,
  last_verdict: "UNKNOWN",
  last_delta: null,
  last_run_at: null,
  runs: 0,
  top_violations: [],
};

/** A passing run that earned a streak bonus. */
export const run: RunView = {
  run_id: "review-7d0f",
  fact_id: "0199d9a5-7c00-7000-8000-000000000001",
  agent: "claude-code",
  project: "acme/storefront",
  created_at: "2026-03-17T12:00:00.000Z",
  score: 94,
  reward_delta: 14,
  verdict: "PASS",
  mode: "enforce",
  disputed: false,
  coin_delta: 1.9,
  bonus: 0.5,
  coins: 7.3,
  streak_pass: 6,
  streak_block: 0,
  findings: 3,
  blocking: 0,
  issue_number: null,
};

/** A failing run after it. */
export const failedRun: RunView = {
  ...run,
  run_id: "review-9a1c",
  created_at: "2026-03-18T07:30:00.000Z",
  score: 44,
  reward_delta: -36,
  verdict: "FAIL",
  mode: "shadow",
  coin_delta: -3.6,
  bonus: 0,
  coins: 3.7,
  streak_pass: 0,
  streak_block: 1,
  findings: 28,
  blocking: 1,
};

/** An agent with a wide name and negative coins. */
export const strangeStatus: StatusView = {
  ...status,
  agent: "規則-bot",
  coins: -13.9,
  streak_pass: 0,
  streak_block: 3,
  last_verdict: "FAIL",
};

export const violations: readonly ViolationView[] = [
  {
    rule: "E501",
    count: 1203,
    runs: 7,
    first_seen: run.created_at,
    last_seen: failedRun.created_at,
    by_severity: { error: 1000, warning: 203, info: 0 },
  },
  {
    rule: "W0702",
    count: 3,
    runs: 2,
    first_seen: run.created_at,
    last_seen: failedRun.created_at,
    by_severity: { error: 0, warning: 3, info: 0 },
  },
];

export const runDetail: RunDetailView = {
  run,
  hidden: false,
  summary: "Two\u001b[2J findings",
  branch: "main",
  commit: null,
  changed_files: [],
  house_rules_version: null,
  findings: [
    {
      category: "style",
      severity: "error",
      tool: "pylint",
      rule: "W01",
      file: "src/b.py",
      line: 9,
      message: "Not good",
      fixable: false,
      blocking: true,
    },
    {
      category: "style",
      severity: "warning",
      tool: "ruff",
      rule: "E501",
      file: "src/a.py",
      line: 3,
      message: "Line\ntoo long",
      fixable: true,
      blocking: false,
    },
  ],
  warnings: [],
  assurance_status: null,
  existing: [],
  existing_count: 0,
  base: null,
  formula: {
    score: 94,
    baseline: 80,
    reward: 1.4,
    streak_pass: 6,
    streak_block: 0,
    bonus: 0.5,
    total: 1.9,
    coins_before: 5.4,
    coins_after: 7.3,
    text: "(94 − 80) / 10 = +1.40; streak of 6 passes (5 or more): +0.50; together +1.90",
  },
};

export const importView: ImportView = {
  files: 3,
  recorded: 1,
  duplicates: 1,
  rejected: [
    {
      file: "a b/規.json",
      error: "Failed to read a b/規.json: it is not valid JSON",
      code: "invalid_json",
      hint: "Check its content and that it was written completely",
      named: true,
    },
  ],
  disagreements: [{ file: "ledger.json", total: "coins", stated: "3.00", replayed: "2.50" }],
  warnings: [{ file: "a b/規.json", message: "summary: half a character was replaced" }],
  skipped_files: [{ file: "package.json", reason: "it is in no known format" }],
};

export const brokenLedger: VerifyView = {
  ok: false,
  facts: 12,
  devices: [{ device: "0199d9a5-7c00-7000-8000-000000000001", name: "laptop", facts: 12, head: "abcdef0123456789" }],
  agents: [status],
  problems: [
    {
      kind: "damaged",
      device: "0199",
      segment: 1,
      offset: 2301,
      seq: 7,
      message: "the hash of the line is not the one it states",
    },
  ],
  warnings: [
    {
      kind: "refused",
      device: "019a",
      member: "bob@acme.dev",
      segment: 1,
      offset: 0,
      seq: 1,
      message: "Fact 019a (x) cannot be counted: \u001b[31mstrange",
    },
  ],
};

export const doctor: DoctorView = {
  ok: false,
  checks: [
    { name: "version", state: "ok", detail: "24.1", hint: null },
    { name: "lock", state: "warn", detail: "held", hint: "wait" },
    { name: "home", state: "fail", detail: "/x is read-only", hint: "chmod" },
  ],
  agents: [],
};

export const score: ScoreView = {
  schema_version: "1.0",
  run_id: "review-1",
  timestamp: "2026-03-17T12:00:00.000Z",
  overall_verdict: "PASS",
  ci_exit_code: 0,
  score: 103,
  reward_delta: 23,
  findings: [],
  summary: "One finding",
  house_rules_updates: [],
  scoring: {
    deductions: [
      { kind: "warning", findings: 1, points: 2 },
      { kind: "ai_bloat", findings: 2, points: 0 },
    ],
    bonuses: ["coverage_90_plus"],
    suppressed: 1,
    below_level: 0,
  },
};
