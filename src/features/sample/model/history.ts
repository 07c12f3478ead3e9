import type { Finding } from "../../reviews/model/finding.ts";
import { neutralSummary } from "../../reviews/model/neutral-summary.ts";
import { scoreOf } from "../../reviews/model/score.ts";

/*
 * A made-up history to try the product on: two agents that get better over four weeks, and evals in which one test is flaky and
 * one breaks. It is deterministic for a given time, and ends a few hours before it.
 */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type Rule = Pick<Finding, "tool" | "rule" | "category" | "severity" | "message" | "fixable">;

const rules: readonly Rule[] = [
  {
    tool: "eslint",
    rule: "no-unused-vars",
    category: "clean_code",
    severity: "warning",
    message: "'total' is assigned a value but never used.",
    fixable: false,
  },
  {
    tool: "eslint",
    rule: "prefer-const",
    category: "style",
    severity: "warning",
    message: "'items' is never reassigned. Use 'const' instead.",
    fixable: true,
  },
  {
    tool: "tsc",
    rule: "TS2345",
    category: "type_safety",
    severity: "error",
    message: "Argument of type 'string' is not assignable to parameter of type 'number'.",
    fixable: false,
  },
  {
    tool: "eslint",
    rule: "complexity",
    category: "kiss",
    severity: "warning",
    message: "Function 'checkout' has a complexity of 17. Maximum allowed is 10.",
    fixable: false,
  },
  {
    tool: "semgrep",
    rule: "sql-injection",
    category: "security",
    severity: "error",
    message: "A query is built from user input.",
    fixable: false,
  },
];

const files = ["src/cart.ts", "src/checkout.ts", "src/orders/list.ts", "src/payment.ts"];

/**
 * The findings of each run, as indexes into `rules`, oldest first. The first weeks have type errors and three fails in a row;
 * later runs are clean except for style.
 */
const runsByAgent: Readonly<Record<string, readonly (readonly number[])[]>> = {
  "claude-code": [
    [2, 3, 0],
    [0, 1],
    [2, 0],
    [2, 4, 3],
    [2],
    [0, 3],
    [1],
    [0, 1, 3],
    [],
    [3],
    [1],
    [],
    [0],
    [],
    [1],
    [],
    [],
    [1],
    [],
    [],
  ],
  codex: [[0, 0, 1], [3, 3, 0, 1], [2, 3], [1, 1], [0], [3, 0], [2, 1], [0, 1], [1], [0], [], [4], [1], []],
};

/** A review and the agent whose work it reviews. */
export type SampleReview = Readonly<{ agent: string; report: Readonly<Record<string, unknown>>; at: string }>;

const spanMs = 28 * dayMs;

export function sampleReviews(now: Date): readonly SampleReview[] {
  return Object.entries(runsByAgent)
    .flatMap(([agent, runs], agentIndex) =>
      runs.map((ruleNumbers, index) => {
        const age = ((runs.length - 1 - index) / runs.length) * spanMs + (3 + agentIndex) * hourMs;
        const findings = ruleNumbers.flatMap((number, position) => {
          const rule = rules[number];
          const file = files[(index + position) % files.length];
          return rule === undefined || file === undefined
            ? []
            : [{ ...rule, file, line: 7 + ((index * 13 + position * 29) % 90), evidence_refs: null }];
        });
        const at = new Date(now.getTime() - age).toISOString();
        const run_id = `sample-${agent}-${String(index + 1).padStart(2, "0")}`;
        return {
          agent,
          at,
          report: { run_id, timestamp: at, score: scoreOf(findings, []), findings, summary: neutralSummary(findings) },
        };
      }),
    )
    .toSorted((a, b) => (a.at < b.at ? -1 : 1));
}

type SampleTest = Readonly<{
  name: string;
  suite: string;
  /** One letter per run, oldest first: `+` passed, `-` failed. */
  results: string;
  costUsd: number;
  seconds: number;
}>;

const tests: readonly SampleTest[] = [
  { suite: "checkout", name: "pays with a saved card", results: "++++++++++++", costUsd: 0.06, seconds: 41 },
  { suite: "checkout", name: "refuses an expired card", results: "++++++++----", costUsd: 0.04, seconds: 28 },
  { suite: "checkout", name: "applies a voucher once", results: "+-++-+-+++-+", costUsd: 0.05, seconds: 35 },
  { suite: "orders", name: "lists orders by date", results: "------++++++", costUsd: 0.03, seconds: 19 },
  { suite: "orders", name: "cancels an open order", results: "++++++++++++", costUsd: 0.05, seconds: 33 },
  { suite: "orders", name: "exports a year as CSV", results: "++++++++++++", costUsd: 0.02, seconds: 12 },
];

/** Eval runs in the standard file format, oldest first. */
export function sampleEvals(now: Date): readonly Readonly<Record<string, unknown>>[] {
  const runs = tests[0]?.results.length ?? 0;
  return Array.from({ length: runs }, (_, index) => {
    const all_results = tests.map(({ suite, name, results, costUsd, seconds }) => {
      const passed = results[index] === "+";
      const error = passed ? {} : { error: "Timed out waiting for the confirmation." };
      return { name, suite, tier: "e2e", passed, cost_usd: costUsd, duration_ms: seconds * 1000, ...error };
    });
    const passed = all_results.filter((one) => one.passed).length;
    return {
      schema_version: 1,
      version: "1.0.0",
      git_branch: "main",
      git_sha: (0xa1b2c3d + index * 0x1f31).toString(16),
      timestamp: new Date(now.getTime() - ((runs - index - 0.5) / runs) * spanMs).toISOString(),
      tier: "e2e",
      total: all_results.length,
      passed,
      failed: all_results.length - passed,
      total_cost_usd: tests.reduce((sum, { costUsd }) => sum + Math.round(costUsd * 100), 0) / 100,
      duration_seconds: tests.reduce((sum, { seconds }) => sum + seconds, 0),
      all_results,
    };
  });
}
