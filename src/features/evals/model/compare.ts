import { composedKey } from "../../../kernel/composed-key.ts";
import { type RunTest, testsOfRun } from "./attempts.ts";
import { type EvalRun, testCostMicros } from "./run.ts";
import { addToolCounts, type ToolCounts, toolCounts } from "./tool-calls.ts";

export type Change = "improved" | "regressed" | "unchanged" | "added" | "removed";

/** Result and figures of a test in one of the two runs. A value that the file does not state is null, never 0. */
export type TestState = Readonly<{
  passed: boolean;
  costMicros: number | null;
  durationMs: number | null;
  turns: number | null;
  detectionRate: number | null;
  tools: ToolCounts;
  attempts: number;
}>;

/**
 * A test of the run before, of the run after, or of both. `occurrence` counts, from 1, tests of the same suite and name that
 * differ in tier; `tier` is that of the test in the run after, else in the run before.
 */
export type TestDelta = Readonly<{ tier: string; suite: string; name: string; occurrence: number }> &
  (
    | Readonly<{ change: "improved" | "regressed" | "unchanged"; before: TestState; after: TestState }>
    | Readonly<{ change: "added"; before: null; after: TestState }>
    | Readonly<{ change: "removed"; before: TestState; after: null }>
  );

/** Two runs side by side. Differences are after − before. */
export type Comparison = Readonly<{
  deltas: readonly TestDelta[];
  counts: Readonly<Record<Change, number>>;
  durationDeltaMs: number;
  toolsBefore: ToolCounts;
  toolsAfter: ToolCounts;
  /** Reasons why the two runs may not be comparable. */
  warnings: readonly string[];
}>;

const stateOf = ({ test, attempts }: RunTest): TestState => ({
  passed: test.passed,
  costMicros: testCostMicros(test) ?? null,
  durationMs: test.duration_ms ?? null,
  turns: test.turns_used ?? null,
  detectionRate: test.detection_rate ?? null,
  tools: toolCounts(test.transcript),
  attempts,
});

type KeyedTest = Readonly<{ tier: string; suite: string; name: string; occurrence: number; state: TestState }>;

/** Tests by suite, name and occurrence, in the order of the run. */
function keyedTests(run: EvalRun): ReadonlyMap<string, KeyedTest> {
  const seen = new Map<string, number>();
  const keyed = new Map<string, KeyedTest>();
  for (const test of testsOfRun(run)) {
    const { key } = test;
    const group = JSON.stringify([key.suite, key.name]);
    const occurrence = (seen.get(group) ?? 0) + 1;
    seen.set(group, occurrence);
    keyed.set(composedKey(group, occurrence), { ...key, occurrence, state: stateOf(test) });
  }
  return keyed;
}

function matchedChange(before: TestState, after: TestState): "improved" | "regressed" | "unchanged" {
  if (before.passed === after.passed) return "unchanged";
  return after.passed ? "improved" : "regressed";
}

function deltaOf({ state, ...key }: KeyedTest, before: KeyedTest | undefined): TestDelta {
  return before === undefined
    ? { ...key, change: "added", before: null, after: state }
    : { ...key, change: matchedChange(before.state, state), before: before.state, after: state };
}

function comparabilityWarnings(before: EvalRun, after: EvalRun): readonly string[] {
  const warnings: string[] = [];
  if (before.tier !== after.tier) warnings.push(`the runs are of different tiers (${before.tier}, ${after.tier})`);
  if (before.schema_version !== after.schema_version) {
    warnings.push(`the runs are of different schema versions (${before.schema_version}, ${after.schema_version})`);
  }
  for (const [which, run] of [
    ["before", before],
    ["after", after],
  ] as const)
    if (run._partial === true) warnings.push(`the run ${which} is incomplete: it was stopped before its end`);
  return warnings;
}

const sumOfTools = (tests: ReadonlyMap<string, KeyedTest>): ToolCounts =>
  [...tests.values()].reduce<ToolCounts>((sum, test) => addToolCounts(sum, test.state.tools), {});

/**
 * Compares two runs test by test: first the tests of the run after, in its order, then the tests that only the run before has, in
 * its order. Tests are matched by suite, name and occurrence; a test that is in only one run is added or removed, never improved
 * or regressed.
 */
export function compareRuns(before: EvalRun, after: EvalRun): Comparison {
  const beforeTests = keyedTests(before);
  const afterTests = keyedTests(after);
  const removed = [...beforeTests.entries()]
    .filter(([key]) => !afterTests.has(key))
    .map(([, { state, ...key }]): TestDelta => ({ ...key, change: "removed", before: state, after: null }));
  const deltas = [...[...afterTests.entries()].map(([key, test]) => deltaOf(test, beforeTests.get(key))), ...removed];
  const counts = { improved: 0, regressed: 0, unchanged: 0, added: 0, removed: 0 };
  for (const delta of deltas) counts[delta.change] += 1;
  return {
    deltas,
    counts,
    durationDeltaMs: after.total_duration_ms - before.total_duration_ms,
    toolsBefore: sumOfTools(beforeTests),
    toolsAfter: sumOfTools(afterTests),
    warnings: comparabilityWarnings(before, after),
  };
}
