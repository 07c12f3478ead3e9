import { testsOfRun } from "./attempts.ts";
import { type EvalRun, type EvalTest, testCostMicros } from "./run.ts";

/** A row of the table that a collector prints at its end. Null where the test does not state the value. */
export type CollectorRow = Readonly<{
  suite: string;
  name: string;
  passed: boolean;
  costMicros: number | null;
  turns: number | null;
  /** Rounded. */
  seconds: number | null;
  /** How often the test was run. */
  attempts: number;
  /** `3/5 det`, or judge scores such as `c:4 a:5`; empty when there is neither. */
  detail: string;
}>;

function detailOf(test: EvalTest): string {
  if (test.detection_rate !== undefined) {
    const planted = (test.detected_bugs?.length ?? 0) + (test.missed_bugs?.length ?? 0);
    return `${test.detection_rate}/${planted} det`;
  }
  return Object.entries(test.judge_scores ?? {})
    .map(([criterion, score]) => `${criterion.charAt(0)}:${score}`)
    .join(" ");
}

/** Returns one row per test, in the order of the run. */
export const collectorRows = (run: Pick<EvalRun, "tier" | "tests">): readonly CollectorRow[] =>
  testsOfRun(run).map(({ key, test, attempts }) => ({
    suite: key.suite,
    name: key.name,
    passed: test.passed,
    costMicros: testCostMicros(test) ?? null,
    turns: test.turns_used ?? null,
    seconds: test.duration_ms === undefined ? null : Math.round(test.duration_ms / 1000),
    attempts,
    detail: detailOf(test),
  }));
