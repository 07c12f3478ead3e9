import type { TimeStyle } from "../../src/extension/format/time-text.ts";
import type { Translate } from "../../src/extension/format/translate.ts";
import type { RunView, StatusView } from "../../src/features/reviews/operations/views.ts";

/** Fills placeholders in the English text like VS Code's `l10n.t`. */
export const english: Translate = (message, ...args) =>
  message.replace(/\{(\d)\}/g, (placeholder, index) => String(args[Number(index)] ?? placeholder));

export const style: TimeStyle = { locale: "en-GB", zone: "Europe/Berlin", now: new Date("2026-03-16T12:00:00Z") };

/** A standing after twelve runs and six passes in a row. */
export const sampleStatus: StatusView = {
  agent: "claude-code",
  project: null,
  coins: 12.4,
  streak_pass: 6,
  streak_block: 0,
  best_streak_pass: 9,
  last_verdict: "PASS",
  last_delta: 14,
  last_run_at: "2026-03-16T09:30:00.000Z",
  runs: 12,
  top_violations: [
    { rule: "E501", count: 7 },
    { rule: "C901", count: 2 },
  ],
  dated_ahead: [],
  recorded_ahead: null,
  warnings: [],
};

/** The latest run of that standing. */
export const sampleRun: RunView = {
  run_id: "review-1",
  fact_id: "0195a000-0000-7000-8000-000000000001",
  agent: "claude-code",
  project: "team/app",
  created_at: "2026-03-16T09:30:00.000Z",
  score: 94,
  reward_delta: 14,
  verdict: "PASS",
  mode: "enforce",
  disputed: false,
  coin_delta: 1.9,
  bonus: 0.5,
  coins: 12.4,
  streak_pass: 6,
  streak_block: 0,
  findings: 3,
  blocking: 0,
  issue_number: null,
};
