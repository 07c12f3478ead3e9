import { makeEvalHistory } from "../support/eval-fixtures.ts";
import { makeHistory } from "../support/fixtures.ts";

/** Runs in the format of `export`, for `import`. */
export const exportJson = (seed: number, runs: number, agents: readonly [string, ...string[]], start: string): string =>
  JSON.stringify({
    format: "reward-ledger.runs",
    version: 1,
    runs: makeHistory({ seed, runs, days: 80, agents, start }).map((run) => ({ mode: "enforce", ...run })),
  });

type Finding = Readonly<Record<string, unknown>>;

export const finding = (rule: string, severity: string, more: Finding = {}): Finding => ({
  category: "style",
  severity,
  tool: "ruff",
  rule,
  file: "src/cart.py",
  line: 12,
  message: `${rule} is broken`,
  fixable: false,
  ...more,
});

/** A review report in the form in which a tool writes it. */
export const report = (run_id: string, score: number, findings: readonly Finding[], more: object = {}): string =>
  JSON.stringify({ run_id, score, summary: `Review of ${run_id}`, findings, ...more });

const scanResult = (ruleId: string, level: string, uri: string, startLine: number, more: Finding = {}): Finding => ({
  ruleId,
  level,
  message: { text: `${ruleId} is broken` },
  locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine } } }],
  ...more,
});

/** Output of a scanner: findings inside and outside the project, a suppressed one, one from the baseline and an invalid one. */
export const scannerOutput = JSON.stringify({
  version: "2.1.0",
  runs: [
    {
      tool: { driver: { name: "Ruff" } },
      results: [
        scanResult("F821", "error", "src/cart.py", 1),
        scanResult("W291", "warning", "src/cart%20old.py", 12, { fixes: [{}] }),
        scanResult("S101", "note", "src/cart.py", 9, { suppressions: [{ kind: "inSource" }] }),
        scanResult("C901", "warning", "src/cart.py", 3, { baselineState: "unchanged" }),
        scanResult("E999", "error", "../elsewhere.py", 1),
        { ruleId: 7 },
      ],
    },
  ],
});

/** Sixteen runs of eight tests in two tiers, with priced models and one model of unknown price. */
export const evalHistory: readonly string[] = makeEvalHistory({
  seed: 7,
  runs: 16,
  tests: 8,
  start: "2026-03-24T06:00:00.000Z",
}).map((run) => JSON.stringify(run));
export const colleagueEvals: readonly string[] = makeEvalHistory({
  seed: 19,
  runs: 4,
  tests: 5,
  start: "2026-04-08T06:00:00.000Z",
}).map((run) => JSON.stringify(run));

const evalOf = (more: object): string =>
  JSON.stringify({
    schema_version: 1,
    version: "1.2.0",
    git_branch: "main",
    git_sha: "5ca1ab1",
    timestamp: "2026-04-10T06:00:00.000Z",
    hostname: "builder",
    tier: "e2e",
    total: 2,
    passed: 1,
    failed: 1,
    total_cost_usd: 0.05,
    duration_seconds: 12,
    all_results: [
      { name: "opens the cart (1)", suite: "checkout", tier: "e2e", passed: true, duration_ms: 5000, cost_usd: 0.02 },
      {
        name: "keeps the filter (2)",
        suite: "search",
        tier: "e2e",
        passed: false,
        duration_ms: 7000,
        cost_usd: 0.03,
        error: "timeout",
      },
    ],
    ...more,
  });

/** A run that was stopped early. */
export const partialEval = evalOf({ _partial: true, timestamp: "2026-04-11T06:00:00.000Z", label: "stopped" });
/** A run with a test that has three attempts. */
export const retriedEval = evalOf({
  timestamp: "2026-04-12T06:00:00.000Z",
  label: "retried",
  total: 3,
  passed: 1,
  failed: 2,
  all_results: [false, false, true].map((passed, index) => ({
    name: "opens the cart (1)",
    suite: "checkout",
    tier: "e2e",
    passed,
    duration_ms: 1000 * (index + 1),
    cost_usd: 0.01,
    ...(passed ? {} : { error: "flaky network" }),
  })),
});
/** Calls without a stated cost, of a model with a known price and of one without. */
export const unpricedEval = evalOf({
  timestamp: "2026-04-13T06:00:00.000Z",
  label: "unpriced",
  total_cost_usd: 0,
  costs: [
    { model: "claude-sonnet-4-5", calls: 4, input_tokens: 40_000, output_tokens: 2_000 },
    { model: "house-model", calls: 2, input_tokens: 9_000, output_tokens: 800 },
  ],
});

const rows = (list: readonly object[]): string => list.map((row) => JSON.stringify(row)).join("\n");
const at = (day: number, hour = 9): string =>
  `2026-04-${String(day).padStart(2, "0")}T${String(hour).padStart(2, "0")}:00:00.000Z`;

/** Rows of the agent's stores in states that take several steps to reach, in the format of `store put --stdin`. */
export const storeRows: Readonly<Record<string, string>> = {
  spend: rows(
    [1, 4, 9, 12, 13, 14, 15].flatMap((day) => [
      {
        occurred_at: at(day),
        call_site: "plan",
        model: "claude-sonnet-4-5",
        input_tokens: day * 1000,
        output_tokens: 300,
        usd_micros: day * 310_000,
        task_id: "task-done",
      },
      {
        occurred_at: at(day, 11),
        call_site: "triage",
        model: "claude-haiku-4-5",
        input_tokens: 900,
        output_tokens: 30,
        usd_micros: 45_000,
        task_id: null,
      },
    ]),
  ),
  ci_history: rows(
    [1, 2, 3, 4, 5, 6].map((run) => ({
      workflow_name: run % 3 === 0 ? "release" : "build",
      branch: run % 2 === 0 ? "main" : "feature/cart",
      run_id: 800 + run,
      started_at: at(run),
      completed_at: run === 6 ? null : at(run, 10),
      duration_s: run === 6 ? null : 300 + run * 10,
      conclusion: run === 6 ? null : run === 4 ? "failure" : "success",
    })),
  ),
};
