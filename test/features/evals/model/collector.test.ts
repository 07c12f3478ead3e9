import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testsOfRun } from "../../../../src/features/evals/model/attempts.ts";
import {
  addTest,
  type Collection,
  finalize,
  mergeWorkers,
  partialRun,
  startCollection,
} from "../../../../src/features/evals/model/collector.ts";
import { collectorRows } from "../../../../src/features/evals/model/collector-rows.ts";
import { isRunFileName, runFileName, runLabel, workerFileName } from "../../../../src/features/evals/model/file-names.ts";
import { heartbeat, isStale, shortDuration } from "../../../../src/features/evals/model/heartbeat.ts";
import type { EvalTest } from "../../../../src/features/evals/model/run.ts";
import { validateEvalRun } from "../../../../src/features/evals/model/validate.ts";
import { sanityWarnings } from "../../../../src/features/evals/model/warnings.ts";
import { writeEvalRun } from "../../../../src/features/evals/model/write.ts";

const started = Date.parse("2026-03-16T12:00:00.000Z");
const head = { version: "1.0.0", git_branch: "main", git_sha: "abc", tier: "e2e", hostname: "builder" };

const collect = (tests: readonly EvalTest[]): Collection =>
  tests.reduce<Collection>((collection, one) => addTest(collection, one) ?? collection, startCollection(head, started));

const tests: readonly EvalTest[] = [
  {
    name: "a",
    suite: "s",
    passed: true,
    duration_ms: 1_500,
    cost_usd: 0.1,
    turns_used: 3,
    costs: [{ model: "m", calls: 1, input_tokens: 5, output_tokens: 1, cost_usd: 0.1 }],
  },
  {
    name: "b",
    passed: false,
    duration_ms: 2_499,
    cost_usd: 0.2,
    detection_rate: 2,
    detected_bugs: ["x", "y"],
    missed_bugs: ["z"],
    costs: [
      { model: "m", calls: 1, input_tokens: 7, output_tokens: 2, cache_read_input_tokens: 4, cost_usd: 0.2 },
      { model: "m", calls: 1, input_tokens: 1, output_tokens: 1 },
    ],
  },
  { name: "c", passed: true, judge_scores: { clarity: 4, actionability: 5 } },
];

describe("collecting", () => {
  const { collection, run } = finalize(collect(tests), started + 9_000);

  test("totals are sums, exact to the micro-dollar", () => {
    expect(run).toMatchObject({
      total: 3,
      passed: 2,
      failed: 1,
      total_cost_usd: 0.3,
      total_duration_ms: 3_999,
      wall_clock_ms: 9_000,
      timestamp: "2026-03-16T12:00:00.000Z",
    });
    expect(run?._partial).toBeUndefined();
  });

  test("costs are summed per model, with reported and unreported costs in separate entries", () => {
    expect(run?.costs).toEqual([
      { model: "m", calls: 2, input_tokens: 12, output_tokens: 3, cache_read_input_tokens: 4, cost_usd: 0.3 },
      { model: "m", calls: 1, input_tokens: 1, output_tokens: 1 },
    ]);
    expect(finalize(collect([{ name: "c", passed: true }]), started).run?.costs).toBeUndefined();
  });

  test("a second finalize returns no run, and a finalized collection accepts no tests", () => {
    expect(finalize(collection, started).run).toBeUndefined();
    expect(addTest(collection, { name: "d", passed: true })).toBeUndefined();
  });

  test("a partial run is marked as such and does not end the collection", () => {
    const going = collect(tests.slice(0, 1));
    expect(partialRun(going, started + 5)).toMatchObject({ _partial: true, total: 1, wall_clock_ms: 5 });
    expect(addTest(going, { name: "b", passed: true })).toBeDefined();
  });

  test("the written file is valid and has no warnings", () => {
    if (run === undefined) throw new Error("no run");
    expect(validateEvalRun(writeEvalRun(run, "standard"), "standard").errors).toEqual([]);
    expect(sanityWarnings(run)).toEqual([]);
  });

  test("the table has one row per test", () => {
    if (run === undefined) throw new Error("no run");
    expect(collectorRows(run)).toEqual([
      { suite: "s", name: "a", passed: true, costMicros: 100_000, turns: 3, seconds: 2, attempts: 1, detail: "" },
      { suite: "", name: "b", passed: false, costMicros: 200_000, turns: null, seconds: 2, attempts: 1, detail: "2/3 det" },
      { suite: "", name: "c", passed: true, costMicros: null, turns: null, seconds: null, attempts: 1, detail: "c:4 a:5" },
    ]);
  });
});

test("a retried test counts once, with the cost and duration of all its attempts", () => {
  const attempt = (passed: boolean): EvalTest => ({ name: "a", suite: "s", passed, duration_ms: 1_000, cost_usd: 0.05 });
  const { run } = finalize(collect([attempt(false), attempt(true)]), started + 5_000);
  expect(run).toMatchObject({ total: 1, passed: 1, failed: 0, total_cost_usd: 0.1, total_duration_ms: 2_000 });
  expect(run?.tests).toHaveLength(2);
  expect(run === undefined ? [] : collectorRows(run)).toMatchObject([
    { passed: true, attempts: 2, costMicros: 100_000, seconds: 2 },
  ]);
});

describe("merging workers", () => {
  const worker = (list: readonly EvalTest[], at = started) => partialRun({ ...collect(list), startedAt: at }, at + 1_000);
  const makeTest = (name: string, duration_ms: number, passed = true): EvalTest => ({ name, passed, duration_ms });

  test("a test that two workers report is kept once, with the longest duration", () => {
    const merged = mergeWorkers(worker([makeTest("a", 5, false), makeTest("b", 9)], started + 5), [
      worker([makeTest("a", 8), makeTest("b", 2, false), makeTest("c", 1)]),
    ]);
    expect(merged.tests).toEqual([makeTest("a", 8), makeTest("b", 9), makeTest("c", 1)]);
    expect(merged).toMatchObject({
      total: 3,
      passed: 3,
      failed: 0,
      total_duration_ms: 18,
      timestamp: "2026-03-16T12:00:00.000Z",
    });
    expect(merged._partial).toBeUndefined();
  });

  test("a worker that started after another ended adds retries, and the last attempt decides", () => {
    const failed = worker([makeTest("a", 30, false), makeTest("b", 9), makeTest("a", 30, false)]);
    const retry = worker([makeTest("a", 2)], started + 1_000);
    for (const merged of [mergeWorkers(failed, [retry]), mergeWorkers(retry, [failed])]) {
      expect(merged).toMatchObject({ total: 2, passed: 2, failed: 0, total_duration_ms: 71 });
      expect(testsOfRun(merged).find(({ key }) => key.name === "a")).toMatchObject({
        attempts: 3,
        mixed: true,
        test: { passed: true },
      });
    }
    // The same result once more, or a result of a parallel worker, is another report of the same attempt.
    expect(mergeWorkers(failed, [worker([makeTest("b", 2)], started + 1_000)]).tests).toHaveLength(3);
    expect(mergeWorkers(failed, [worker([makeTest("a", 2)], started + 999)])).toMatchObject({ total: 2, passed: 1, failed: 1 });
  });

  test("repeats within one worker and same-named tests of other suites are kept", () => {
    const merged = mergeWorkers(worker([makeTest("a", 1), makeTest("a", 2)]), [worker([{ ...makeTest("a", 3), suite: "s" }])]);
    expect(merged.tests.map((test) => test.duration_ms)).toEqual([1, 2, 3]);
  });

  const lists = fc.array(fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.nat(50)), { maxLength: 5 }), {
    minLength: 1,
    maxLength: 4,
  });

  test("totals match the tests, and worker order affects only the order of the tests", () => {
    const durations = (list: readonly EvalTest[]) => list.map((test) => `${test.name} ${test.duration_ms}`).sort();
    fc.assert(
      fc.property(lists, (all) => {
        const [first = worker([]), ...others] = all.map((list) => worker(list.map(([name, ms]) => makeTest(name, ms))));
        const merged = mergeWorkers(first, others);
        const [last = first, ...rest] = [first, ...others].reverse();
        expect(durations(mergeWorkers(last, rest).tests)).toEqual(durations(merged.tests));
        expect(merged.total).toBe(new Set(merged.tests.map(({ name }) => name)).size);
        expect(merged.total_duration_ms).toBe(merged.tests.reduce((sum, test) => sum + (test.duration_ms ?? 0), 0));
      }),
    );
  });
});

describe("run file names and labels", () => {
  const at = new Date("2026-03-16T12:34:56.789Z");

  test("a file name contains version, branch, tier, time to the millisecond and a unique suffix", () => {
    expect(runFileName({ version: "1.0.0", git_branch: "feature/é x", tier: "e2e" }, at, "k3")).toBe(
      "1.0.0-feature---x-e2e-2026-03-16-123456-789-k3.json",
    );
  });

  test("no input yields a hidden file, a path outside the folder or the name of a partial run", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (version, git_branch, tier) => {
        const name = runFileName({ version, git_branch, tier }, at, "k3");
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*\.json$/);
        expect(name.length).toBeLessThan(250);
      }),
    );
    expect(runFileName({ version: "_x", git_branch: "..", tier: "" }, at, "k3")).toBe(
      "x-unknown-unknown-2026-03-16-123456-789-k3.json",
    );
  });

  test("files of unfinished runs are not listed as runs", () => {
    const names = ["_partial-e2e.json", "_partial-e2e-r1.json", "_partial-llm-judge-r2.json", workerFileName(7, "0a")];
    expect(names.map(isRunFileName)).toEqual([false, false, false, false]);
    expect([runFileName(head, at, "k3"), "notes.txt"].map(isRunFileName)).toEqual([true, false]);
  });

  test("a label is EVAL_LABEL or else the branch, with a suffix for tiers other than standard", () => {
    expect(runLabel(undefined, "feature/x", "standard")).toBe("feature-x");
    expect(runLabel(" mine ", "feature/x", "fast")).toBe("mine_fast");
    expect(runLabel("", "main", "full")).toBe("main_full");
  });
});

describe("heartbeat", () => {
  const beat = heartbeat.parse({
    runId: "r",
    pid: 7,
    startedAt: "2026-03-16T12:00:00.000Z",
    status: "running",
    lastToolAt: "2026-03-16T12:00:00.000Z",
  });

  test("a running test is stale when its last tool call is more than ten minutes old", () => {
    expect(isStale(beat, started + 600_000)).toBe(false);
    expect(isStale(beat, started + 600_001)).toBe(true);
    expect(isStale({ ...beat, status: "finished" }, started + 700_000)).toBe(false);
    expect(isStale({ ...beat, lastToolAt: null }, started + 700_000)).toBe(false);
  });

  test.each([
    [0, "0s"],
    [59.4, "59s"],
    [59.6, "1m 0s"],
    [185, "3m 5s"],
  ])("%s seconds are formatted as %s", (seconds, text) => {
    expect(shortDuration(seconds)).toBe(text);
  });
});
