import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packResults } from "../../../../src/features/evals/model/packed-results.ts";
import type { TestKey } from "../../../../src/features/evals/model/run.ts";
import { type TrendStatus, trendOf, trendsOf } from "../../../../src/features/evals/model/trend.ts";
import { wilson95 } from "../../../../src/kernel/statistics/wilson.ts";

const resultsOf = (sequence: string): readonly boolean[] => [...sequence].map((letter) => letter === "P");

/** The rules once more, transcribed literally from the table: the reference for the property tests. */
function statusByTheTable(results: readonly boolean[]): TrendStatus {
  const last3 = results.slice(-3);
  const earlier = results.slice(0, -3);
  const passRate = results.filter((passed) => passed).length / results.length;
  const flips = results.filter((passed, index) => index > 0 && passed !== results[index - 1]).length;
  if (last3.length === 3 && last3.every((passed) => passed) && earlier.includes(false)) return "improving";
  if (last3.includes(false) && earlier.length > 0 && earlier.every((passed) => passed)) return "degrading";
  if (flips >= 3 || (passRate > 0.3 && passRate < 0.7)) return "flaky";
  if (passRate >= 0.9 && flips <= 1) return "stable-pass";
  if (passRate <= 0.1 && flips <= 1) return "stable-fail";
  return passRate >= 0.5 ? "stable-pass" : "stable-fail";
}

describe("the example table", () => {
  test.each([
    ["PPPPPPPPPP", 100, 0, "10✓", "stable-pass"],
    ["P", 100, 0, "1✓", "stable-pass"],
    ["FFFFFFFFFF", 0, 0, "10✗", "stable-fail"],
    ["F", 0, 0, "1✗", "stable-fail"],
    ["PFFFFFFFFF", 10, 1, "9✗", "stable-fail"],
    ["FFFFPF", 17, 2, "1✗", "stable-fail"],
    ["FFFP", 25, 1, "1✓", "stable-fail"],
    ["PFPFPFPFPF", 50, 9, "1✗", "flaky"],
    ["PFPPFP", 67, 4, "1✓", "flaky"],
    ["PPPPFPPFPP", 80, 4, "2✓", "flaky"],
    ["PF", 50, 1, "1✗", "flaky"],
    ["FP", 50, 1, "1✓", "flaky"],
    ["PPF", 67, 1, "1✗", "flaky"],
    ["FFFFFPPPPP", 50, 1, "5✓", "improving"],
    ["PPFPPP", 83, 2, "3✓", "improving"],
    ["FPPFPPFPPP", 70, 5, "3✓", "improving"],
    ["PPPPPPPFFF", 70, 1, "3✗", "degrading"],
    ["PPPPPPPPPF", 90, 1, "1✗", "degrading"],
    ["PPPPPFP", 86, 2, "1✓", "degrading"],
    ["PFFF", 25, 1, "3✗", "degrading"],
    ["PPPPPFFPP", 78, 2, "2✓", "stable-pass"],
  ] as const)("%s: %s %%, %s flips, %s, %s", (sequence, percent, flips, streak, status) => {
    const trend = trendOf(resultsOf(sequence));
    expect(Math.round((trend?.passRate.rate ?? Number.NaN) * 100)).toBe(percent);
    expect(trend).toMatchObject({ flips, status });
    expect(`${trend?.streak.count}${trend?.streak.type === "pass" ? "✓" : "✗"}`).toBe(streak);
  });

  test("an old failure keeps a test improving as long as it is in the window", () => {
    expect(trendOf(resultsOf("PPFPPPPPPPPP"))?.status).toBe("improving");
  });

  test("no results yield no trend", () => {
    expect(trendOf([])).toBeUndefined();
  });
});

const sequences = fc.array(fc.boolean(), { minLength: 1, maxLength: 40 });

test("the status follows the table for any sequence, and the interval is Wilson's", () => {
  fc.assert(
    fc.property(sequences, (results) => {
      const trend = trendOf(results);
      expect(trend?.status).toBe(statusByTheTable(results));
      expect(trend?.passRate).toEqual(wilson95(results.filter((passed) => passed).length, results.length));
    }),
    { numRuns: 3_000 },
  );
});

/** Test numbers and their results in one run, in any order, with repeats. */
type Run = Readonly<{ at: number; results: readonly (readonly [test: number, passed: boolean])[] }>;

const runs: fc.Arbitrary<readonly Run[]> = fc
  .array(fc.array(fc.tuple(fc.nat(12), fc.boolean()), { maxLength: 20 }), { maxLength: 15 })
  .map((list) => list.map((results, at) => ({ at, results })));

const keyOf = (number: number): TestKey => ({
  tier: number % 2 === 0 ? "e2e" : "llm-judge",
  suite: `s${number % 3}`,
  name: `t${number % 5}`,
});

const keys = new Map(Array.from({ length: 13 }, (_, number) => [number, keyOf(number)]));

const packed = (list: readonly Run[]) =>
  list.map((run) => ({
    results: packResults({ tests: run.results.map(([number]) => number), passed: run.results.map(([, ok]) => ok) }),
    passed: `${run.at}P`,
    failed: `${run.at}F`,
  }));

describe("trends over packed runs", () => {
  test("equal the trends computed from each test's own results", () => {
    fc.assert(
      fc.property(runs, (list) => {
        const trends = trendsOf(packed(list), keys);
        for (const number of keys.keys()) {
          // One result per run: that of the last attempt.
          const testResults = list.flatMap((run) =>
            run.results
              .filter(([one]) => one === number)
              .slice(-1)
              .map(([, ok]) => ({ at: run.at, ok })),
          );
          const trend = trends.find((one) => one.test === number);
          const expected = trendOf(testResults.map((one) => one.ok));
          expect(trend === undefined).toBe(expected === undefined);
          if (trend === undefined) continue;
          expect(trend).toMatchObject({ ...keyOf(number), ...expected });
          expect(trend.results).toEqual(testResults.map((one) => `${one.at}${one.ok ? "P" : "F"}`));
        }
      }),
    );
  });

  test("do not depend on the order in which the runs arrived, only on their times", () => {
    fc.assert(
      fc.property(runs, fc.infiniteStream(fc.nat(1_000)), (list, sortKeys) => {
        const arrived = [...list].map((run) => ({ run, key: sortKeys.next().value ?? 0 })).sort((a, b) => a.key - b.key);
        const stored: Run[] = [];
        // A late arrival is inserted at its place among the runs; stored runs do not change.
        for (const { run } of arrived) stored.splice(stored.filter((one) => one.at < run.at).length, 0, run);
        expect(trendsOf(packed(stored), keys)).toEqual(trendsOf(packed(list), keys));
      }),
    );
  });

  test("are sorted by status, then flips descending, then name", () => {
    const order: readonly TrendStatus[] = ["flaky", "degrading", "improving", "stable-fail", "stable-pass"];
    fc.assert(
      fc.property(runs, (list) => {
        const trends = trendsOf(packed(list), keys);
        const ranks = trends.map((one) => [order.indexOf(one.status), -one.flips, one.name] as const);
        const sorted = [...ranks].sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0));
        expect(ranks).toEqual(sorted);
      }),
    );
  });

  test("omit tests that were not requested", () => {
    const list = [{ at: 0, results: [[0, true] as const, [1, false] as const, [900, true] as const] }];
    expect(trendsOf(packed(list), new Map([[1, keyOf(1)]])).map((trend) => trend.test)).toEqual([1]);
  });

  test("treat the same name in another suite or tier as another test", () => {
    const list = [{ at: 0, results: [[0, true] as const, [5, false] as const] }];
    expect(trendsOf(packed(list), keys).map(({ name, status }) => [name, status])).toEqual([
      ["t0", "stable-fail"],
      ["t0", "stable-pass"],
    ]);
  });
});
