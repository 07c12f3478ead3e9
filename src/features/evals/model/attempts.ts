import { microsToUsd } from "./money.ts";
import { type EvalRun, type EvalTest, type TestKey, testCostMicros, testKey } from "./run.ts";

/*
 * A runner that retries reports a test once per attempt. Facts keep all attempts; wherever tests are counted, shown or compared,
 * the attempts are one test: the last attempt decides, and costs and durations of all attempts are added up.
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

/** All attempts at one test, in the order of the run. */
type Attempts = Readonly<{ key: TestKey; attempts: [EvalTest, ...EvalTest[]] }>;

const lastOf = ({ attempts }: Attempts): EvalTest => attempts.at(-1) ?? attempts[0];

function mergeAttempts(one: Attempts): RunTest {
  const { key, attempts } = one;
  const last = lastOf(one);
  const { cost_usd: _, duration_ms: __, ...rest } = last;
  const micros = sumOf(attempts.map(testCostMicros));
  const duration = sumOf(attempts.map(({ duration_ms }) => duration_ms));
  return {
    key,
    test: {
      ...rest,
      ...(micros === undefined ? {} : { cost_usd: microsToUsd(micros) }),
      ...(duration === undefined ? {} : { duration_ms: duration }),
    },
    attempts: attempts.length,
    mixed: attempts.some(({ passed }) => passed !== last.passed),
  };
}

/** Returns the map under a key, and creates it if there is none. */
function getOrCreateMap<Key, Inner, Value>(maps: Map<Key, Map<Inner, Value>>, key: Key): Map<Inner, Value> {
  const inner = maps.get(key) ?? new Map<Inner, Value>();
  maps.set(key, inner);
  return inner;
}

/** Returns the attempts at each test of a run, in the order of the first attempts. */
function attemptsOf(run: Pick<EvalRun, "tier" | "tests">): readonly Attempts[] {
  const all: Attempts[] = [];
  // One map per part of the key: building one text from the three parts for each test would take longer than everything else
  // here.
  const tiers = new Map<string, Map<string, Map<string, Attempts>>>();
  for (const test of run.tests) {
    const key = testKey(run, test);
    const names = getOrCreateMap(getOrCreateMap(tiers, key.tier), key.suite);
    const known = names.get(key.name);
    if (known !== undefined) known.attempts.push(test);
    else {
      const first: Attempts = { key, attempts: [test] };
      names.set(key.name, first);
      all.push(first);
    }
  }
  return all;
}

/** The tests of a run, each once, in the order of their first attempts. */
export const testsOfRun = (run: Pick<EvalRun, "tier" | "tests">): readonly RunTest[] => attemptsOf(run).map(mergeAttempts);

/** How many tests there are, and how many of them passed. */
export type Counts = Readonly<{ total: number; passed: number; failed: number }>;

function countsOf<T>(tests: readonly T[], hasPassed: (test: T) => boolean): Counts {
  const passed = tests.filter(hasPassed).length;
  return { total: tests.length, passed, failed: tests.length - passed };
}

/** Counts the results of a run, every attempt separately. */
export const attemptCounts = (run: Pick<EvalRun, "tests">): Counts => countsOf(run.tests, ({ passed }) => passed);

/** Counts the tests of a run, each once, by its last attempt. */
export const testCounts = (run: Pick<EvalRun, "tier" | "tests">): Counts =>
  countsOf(attemptsOf(run), (one) => lastOf(one).passed);

/** Whether counts can be right: whole numbers that are not negative, with passed + failed not above the total. */
export const arePlausible = ({ total, passed, failed }: Counts): boolean =>
  [total, passed, failed].every((count) => Number.isSafeInteger(count) && count >= 0) && passed + failed <= total;

/**
 * Returns the counts of a run: those that it states, unless they cannot be right or count attempts. Then the tests themselves are
 * counted.
 */
export function runCounts(run: Pick<EvalRun, "tier" | "tests" | "total" | "passed" | "failed">): Counts {
  const { total, passed, failed } = run;
  if (!arePlausible({ total, passed, failed })) return testCounts(run);
  const counted = testCounts(run);
  return counted.total < run.tests.length && total === run.tests.length ? counted : { total, passed, failed };
}

/** The largest number of attempts at one test of a run, and the number of tests that passed in every attempt. */
export type Repeats = Readonly<{ attempts: number; steady: number }>;

export const repeatsOf = (tests: readonly RunTest[]): Repeats => ({
  attempts: tests.reduce((most, one) => Math.max(most, one.attempts), 1),
  steady: tests.filter(({ test, mixed }) => test.passed && !mixed).length,
});
