import type { RunView, StatusView } from "../../src/operations/views.ts";

/** An agent's standing with every part said. */
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
