import { readEvalRun } from "../../../../src/features/evals/model/read-eval-run.ts";
import type { EvalRun } from "../../../../src/features/evals/model/run.ts";

/** The smallest valid run of the standard format. */
export const minimalStandard = () => ({
  schema_version: 1,
  version: "1.2.3",
  git_branch: "main",
  git_sha: "abc1234",
  timestamp: "2026-03-16T12:00:00.000Z",
  tier: "e2e",
  total: 1,
  passed: 1,
  failed: 0,
  total_cost_usd: 0.5,
  duration_seconds: 120,
  all_results: [{ name: "opens the cart", passed: true }],
});

/** The smallest valid run of the legacy format. */
export const minimalLegacy = () => ({
  schema_version: 1,
  version: "1.2.3",
  branch: "main",
  git_sha: "abc1234",
  timestamp: "2026-03-16T12:00:00.000Z",
  tier: "e2e",
  total_tests: 1,
  passed: 1,
  failed: 0,
  total_cost_usd: 0.5,
  total_duration_ms: 120_000,
  tests: [{ name: "opens the cart", passed: true }],
});

/** Every field that the legacy format knows. */
export const fullLegacy = () => ({
  ...minimalLegacy(),
  hostname: "builder",
  total_duration_ms: 1_499,
  wall_clock_ms: 2_001,
  costs: [{ model: "claude-sonnet-4-6", calls: 1, input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 7 }],
  tests: [
    {
      name: "finds the planted bug",
      suite: "review",
      tier: "e2e",
      passed: true,
      duration_ms: 1_499,
      cost_usd: 0.25,
      turns_used: 4,
      exit_reason: "success",
      detection_rate: 3,
      false_positives: 0,
      evidence_quality: 4,
      detected_bugs: ["off by one"],
      missed_bugs: [],
      judge_scores: { clarity: 4 },
      judge_reasoning: "clear",
      error: "none",
      transcript: [{ type: "assistant", message: { content: [{ type: "tool_use", name: "Bash" }] } }],
      prompt: "look",
      output: "found it",
      browse_errors: ["404"],
      timeout_at_turn: 9,
      last_tool_call: "Bash",
      model: "claude-sonnet-4-6",
      first_response_ms: 800,
      max_inter_turn_ms: 300,
      costs: [{ model: "claude-sonnet-4-6", calls: 1, input_tokens: 10, output_tokens: 5, cost_usd: 0.25 }],
      harvest: { filesChanged: 2, patchPath: "a.patch", isDuplicate: false },
    },
  ],
});

/** Every field that the standard format knows, and the extras of its design document. */
export const fullStandard = () => ({
  ...minimalStandard(),
  hostname: "builder",
  label: "nightly",
  prompt_sha: "f00",
  duration_seconds: 1.5,
  by_category: { review: { passed: 1, failed: 0 } },
  costs: [{ model: "claude-sonnet-4-6", calls: 2, input_tokens: 10, output_tokens: 5, cost_usd: 0.5, region: "eu" }],
  comparison: [{ label: "a", model: "m", score: 0.5, cost_usd: 0.1 }],
  failures: [{ test_name: "x", error: "boom", category: "review" }],
  team: "search",
  all_results: [
    {
      name: "keeps the filter",
      suite: "search",
      tier: "e2e",
      passed: false,
      duration_ms: 1_500,
      cost_usd: 0.5,
      output: { html: "<b>" },
      category: "ui",
      response_preview: "Hello",
      comparison: {
        type: "ab_test",
        control_scores: { a: 1 },
        treatment_scores: { a: 2 },
        deltas: [{ criterion: "a", control: 1, treatment: 2, delta: 1 }],
        tolerance: 0.5,
      },
      failures: [
        {
          type: "threshold",
          expectation_type: "score_range",
          message: "low",
          details: [{ criterion: "a", score: 1, threshold: 3 }],
        },
      ],
      attempt: 2,
    },
  ],
});

/** Reads a run that must be valid. */
export function runOf(value: unknown): EvalRun {
  const read = readEvalRun(value);
  if (!read.valid) throw new Error(read.errors.join("; "));
  return read.run;
}
