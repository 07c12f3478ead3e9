import { microsToUsd } from "./money.ts";
import { type EvalRun, type EvalTest, type TestKey, testCostMicros, testKey } from "./run.ts";

/*
 * A runner that retries reports a test once for each attempt. Facts keep all of them; wherever tests are counted, shown or compared
 * they are one test: its last attempt decides, and what the attempts took adds up.
 */

/** A test of a run with all its attempts. */
export type RunTest = Readonly<{
  key: TestKey;
  /** The last attempt; cost and duration are those of all attempts together. */
  test: EvalTest;
  attempts: number;
  /** Whether some attempts passed and others failed. */
  mixed: boolean;
}>;

const sumOf = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
};

function mergedTest(key: TestKey, attempts: readonly [EvalTest, ...EvalTest[]]): RunTest {
  const last = attempts.at(-1) ?? attempts[0];
  const { cost_usd: _, duration_ms: __, ...rest } = last;
  const micros = sumOf(attempts.map(testCostMicros));
  const duration = sumOf(attempts.map((one) => one.duration_ms));
  return {
    key,
    test: {
      ...rest,
      ...(micros === undefined ? {} : { cost_usd: microsToUsd(micros) }),
      ...(duration === undefined ? {} : { duration_ms: duration }),
    },
    attempts: attempts.length,
    mixed: attempts.some((one) => one.passed !== last.passed),
  };
}

/** The tests of a run, each once, in the order of their first attempts. */
export function testsOfRun(run: Pick<EvalRun, "tier" | "tests">): readonly RunTest[] {
  const byKey = new Map<string, [EvalTest, ...EvalTest[]]>();
  for (const test of run.tests) {
    const { tier, suite, name } = testKey(run, test);
    const key = JSON.stringify([tier, suite, name]);
    const attempts = byKey.get(key);
    if (attempts === undefined) byKey.set(key, [test]);
    else attempts.push(test);
  }
  return [...byKey.values()].map((attempts) => mergedTest(testKey(run, attempts[0]), attempts));
}

/** How many tests there are, and how many of them passed. */
export type Counts = Readonly<{ total: number; passed: number; failed: number }>;

const countsOf = (tests: readonly Pick<EvalTest, "passed">[]): Counts => {
  const passed = tests.filter((test) => test.passed).length;
  return { total: tests.length, passed, failed: tests.length - passed };
};

/** Every result of a run, each attempt counted. */
export const attemptCounts = (run: Pick<EvalRun, "tests">): Counts => countsOf(run.tests);

/** The tests of a run, each counted once by its last attempt. */
export const testCounts = (run: Pick<EvalRun, "tier" | "tests">): Counts => countsOf(testsOfRun(run).map(({ test }) => test));

/** Whether counts can be right: whole numbers, and no more passed and failed than there are. */
export const isPossible = ({ total, passed, failed }: Counts): boolean =>
  [total, passed, failed].every((count) => Number.isSafeInteger(count) && count >= 0) && passed + failed <= total;

/**
 * The counts of a run: those that it states, unless they cannot be right, or count attempts. Then the tests themselves are counted.
 */
export function runCounts(run: Pick<EvalRun, "tier" | "tests" | "total" | "passed" | "failed">): Counts {
  const { total, passed, failed } = run;
  if (!isPossible({ total, passed, failed })) return testCounts(run);
  const counted = testCounts(run);
  return counted.total < run.tests.length && total === run.tests.length ? counted : { total, passed, failed };
}

/** The most attempts at any test of a run, and how many of its tests passed in every one of theirs. */
export type Repeats = Readonly<{ attempts: number; steady: number }>;

export const repeatsOf = (tests: readonly RunTest[]): Repeats => ({
  attempts: tests.reduce((most, one) => Math.max(most, one.attempts), 1),
  steady: tests.filter(({ test, mixed }) => test.passed && !mixed).length,
});
