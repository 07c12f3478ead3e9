import { describe, expect, test } from "vitest";
import { runCounts, testCounts, testsOfRun } from "../../../../src/features/evals/model/attempts.ts";
import { projectRun } from "../../../../src/features/evals/model/projection.ts";
import { minimalStandard, runOf } from "./samples.ts";

const runWith = (head: Readonly<Record<string, unknown>>) => runOf({ ...minimalStandard(), ...head });
const attempt = (passed: boolean, more: Readonly<Record<string, unknown>> = {}) => ({ name: "a", suite: "s", passed, ...more });

describe("counts of a run", () => {
  const retried = { all_results: [attempt(false), attempt(true), { name: "b", passed: false }] };

  test("include a retried test once when the file counted each attempt as a test", () => {
    const run = runWith({ ...retried, total: 3, passed: 1, failed: 2 });
    expect(runCounts(run)).toEqual({ total: 2, passed: 1, failed: 1 });
    expect(testCounts(run)).toEqual({ total: 2, passed: 1, failed: 1 });
  });

  test("keep the stated counts when the runner counted tests", () => {
    expect(runCounts(runWith({ ...retried, total: 2, passed: 1, failed: 1 }))).toEqual({ total: 2, passed: 1, failed: 1 });
    expect(runCounts(runWith({ total: 40, passed: 38, failed: 1 }))).toEqual({ total: 40, passed: 38, failed: 1 });
  });

  test.each([
    { total: -1, passed: 5, failed: 0 },
    { total: 1, passed: 2, failed: 0 },
    { total: 1.5, passed: 1, failed: 0 },
    { total: 1e300, passed: 1, failed: 0 },
    { total: 1, passed: 1, failed: 1 },
  ])("replace impossible stated counts with those of the tests: %o", (stated) => {
    expect(runCounts(runWith(stated))).toEqual({ total: 1, passed: 1, failed: 0 });
    expect(runCounts(runWith({ ...stated, all_results: [] }))).toEqual({ total: 0, passed: 0, failed: 0 });
  });
});

test("same-named tests of other tiers or suites are not attempts of one test", () => {
  const run = runWith({ all_results: [attempt(false), attempt(true, { tier: "llm-judge" }), attempt(true, { suite: "x" })] });
  expect(testsOfRun(run).map(({ attempts, mixed }) => [attempts, mixed])).toEqual([
    [1, false],
    [1, false],
    [1, false],
  ]);
});

test("a test whose attempts all agree is not mixed", () => {
  expect(testsOfRun(runWith({ all_results: [attempt(false), attempt(false)] }))).toMatchObject([{ attempts: 2, mixed: false }]);
});

describe("the cost of a run", () => {
  const costOf = (head: Readonly<Record<string, unknown>>) =>
    projectRun(
      {
        run: runWith(head),
        at: "2026-03-16T12:00:00.000Z",
        timestamp_given: true,
        content_sha256: "0".repeat(64),
        label: null,
        estimates: null,
      },
      "2026-03-16T12:00:00.000Z",
    ).cost;

  test("keeps the stated total and is incomplete when a cost entry is invalid", () => {
    const costs = [{ model: "m", cost_usd: -0.5 }];
    expect(costOf({ total_cost_usd: 0.1, costs })).toMatchObject({ micros: 100_000, complete: false });
    expect(costOf({ total_cost_usd: 0, costs })).toMatchObject({ micros: 0, complete: false });
  });

  test("ignores an impossible stated total", () => {
    expect(costOf({ total_cost_usd: -3 })).toMatchObject({ micros: 0, complete: false, tells: false });
    expect(costOf({ total_cost_usd: 1e12, costs: [{ model: "m", cost_usd: 2 }] })).toMatchObject({
      micros: 2_000_000,
      complete: true,
    });
  });
});
