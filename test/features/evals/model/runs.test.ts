import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testCounts } from "../../../../src/features/evals/model/attempts.ts";
import { type BaselineChange, baselineOf } from "../../../../src/features/evals/model/baseline.ts";
import { evalRecorded } from "../../../../src/features/evals/model/eval-recorded.ts";
import { contentSha256 } from "../../../../src/features/evals/model/identity.ts";
import { newestFirst, previousRun, type RunAnchor } from "../../../../src/features/evals/model/previous-run.ts";
import { projectRun } from "../../../../src/features/evals/model/projection.ts";
import { runCostEntries, runInstant } from "../../../../src/features/evals/model/run.ts";
import { flakyTests, summarizeRuns } from "../../../../src/features/evals/model/summary.ts";
import { sanityWarnings } from "../../../../src/features/evals/model/warnings.ts";
import { writeEvalRun } from "../../../../src/features/evals/model/write.ts";
import { sha256 } from "./hash.ts";
import { fullLegacy, fullStandard, minimalStandard, runOf } from "./samples.ts";

describe("the previous run", () => {
  const anchor = (id: string, at: number, more: Partial<RunAnchor> = {}): RunAnchor => ({
    id,
    at,
    tier: "e2e",
    branch: "main",
    partial: false,
    ...more,
  });
  const now = anchor("now", 100);

  test("is the latest earlier run of the same branch", () => {
    expect(previousRun(now, [anchor("a", 10), anchor("b", 50), anchor("c", 90, { branch: "x" })])?.id).toBe("b");
  });

  test("is of any branch when its own branch has none", () => {
    expect(previousRun(now, [anchor("a", 10, { branch: "x" }), anchor("b", 50, { branch: "y" })])?.id).toBe("b");
  });

  test.each([
    ["later", anchor("a", 101)],
    ["of the same instant", anchor("a", 100)],
    ["of another tier", anchor("a", 10, { tier: "llm-judge" })],
    ["partial", anchor("a", 10, { partial: true })],
  ])("is never one that is %s", (_, candidate) => {
    expect(previousRun(now, [candidate])).toBeUndefined();
  });

  test("does not depend on the order of the candidates", () => {
    const list = [anchor("a", 10), anchor("b", 50), anchor("c", 50), anchor("d", 20)];
    fc.assert(
      fc.property(fc.shuffledSubarray(list, { minLength: 4 }), (shuffled) => {
        expect(previousRun(now, shuffled)?.id).toBe("c");
      }),
    );
    expect([...list].sort(newestFirst).map((one) => one.id)).toEqual(["c", "b", "d", "a"]);
  });
});

describe("the time of a run", () => {
  test.each([
    ["2026-03-16T12:00:00+02:00", "2026-03-16T10:00:00.000Z"],
    ["2026-03-16T12:00:00", "2026-03-16T12:00:00.000Z"],
    ["2026-03-16T12:00:00.123456Z", "2026-03-16T12:00:00.123Z"],
  ])("%s", (timestamp, instant) => {
    expect(new Date(runInstant({ timestamp }) ?? Number.NaN).toISOString()).toBe(instant);
  });

  test("is undefined when the timestamp is not a time", () => {
    expect(runInstant({ timestamp: "yesterday" })).toBeUndefined();
  });
});

describe("sanity warnings", () => {
  const warnings = (head: Readonly<Record<string, unknown>>) => sanityWarnings(runOf({ ...minimalStandard(), ...head }));

  test("are empty for a valid run in either format", () => {
    expect(warnings({})).toEqual([]);
    expect(sanityWarnings(runOf(fullLegacy()))).toEqual([]);
  });

  test.each([
    [{ timestamp: "soon" }, ['timestamp: "soon" is not an ISO-8601 time']],
    [{ schema_version: 3 }, ["schema_version: 3 is not known (this program knows 1)"]],
    [{ failed: 4 }, ["total: 1 is not passed + failed (1 + 4)"]],
    [{ total: 5, failed: 4 }, ["total: 5 stated, all_results has 1"]],
    [{ passed: 0, failed: 1 }, ["passed: 0 stated, 1 of all_results passed"]],
    [{ total: 0, passed: 1, failed: -1 }, ["failed: -1 is not a count", "total: 0 stated, all_results has 1"]],
    [{ total_cost_usd: -1 }, ["total_cost_usd: -1 is negative"]],
    [{ total_cost_usd: 1e9 }, ["total_cost_usd: 1000000000 cannot be right"]],
    [
      { costs: [null, { model: "m", calls: -1 }, null, { model: "m", cost_usd: -1 }] },
      ["costs[1].calls: -1 is not a count", "costs[3].cost_usd: -1 is negative"],
    ],
    [{ costs: [{ model: "m" }, { model: "m", calls: 0.5 }] }, ["costs[1].calls: 0.5 is not a count"]],
    [
      { total: -1, passed: 5 },
      [
        "total: -1 is not a count",
        "total: -1 is not passed + failed (5 + 0)",
        "total: -1 stated, all_results has 1",
        "passed: 5 stated, 1 of all_results passed",
      ],
    ],
    [{ duration_seconds: -1 }, ["duration_seconds: -1 is negative"]],
    [
      { costs: [{ model: "m", calls: 1e12, input_tokens: 1e12 + 1, output_tokens: 1e300 }] },
      ["costs[0].input_tokens: 1000000000001 cannot be right", "costs[0].output_tokens: 1e+300 cannot be right"],
    ],
    [
      { costs: [{ model: "m", calls: 1.5, cost_usd: -2 }] },
      ["costs[0].calls: 1.5 is not a count", "costs[0].cost_usd: -2 is negative"],
    ],
    [
      { all_results: [{ name: "a", passed: true, duration_ms: -5, turns_used: 1.5 }] },
      ["all_results[0].duration_ms: -5 is negative", "all_results[0].turns_used: 1.5 is not a count"],
    ],
  ])("%j", (head, expected) => {
    expect(warnings(head)).toEqual(expected);
  });
});

describe("the content hash", () => {
  const identity = (value: unknown): string => contentSha256(runOf(value), sha256);

  test("is the same for a legacy file and its conversion, and for any key order", () => {
    expect(identity(writeEvalRun(runOf(fullLegacy()), "standard"))).toBe(identity(fullLegacy()));
    const entries = Object.entries(fullStandard()).reverse();
    expect(identity(Object.fromEntries(entries))).toBe(identity(fullStandard()));
  });

  test("changes with any known or unknown field", () => {
    const base = identity(fullStandard());
    expect(identity({ ...fullStandard(), team: "other" })).not.toBe(base);
    expect(identity({ ...fullStandard(), duration_seconds: 1.6 })).not.toBe(base);
    expect(identity({ ...fullStandard(), all_results: [] })).not.toBe(base);
  });

  test("includes a nested field named __proto__", () => {
    const withProto: unknown = JSON.parse('{"note":{"__proto__":1}}');
    const other: unknown = JSON.parse('{"note":{}}');
    expect(identity(Object.assign(minimalStandard(), withProto))).not.toBe(identity(Object.assign(minimalStandard(), other)));
  });
});

describe("the recorded fact and its index row", () => {
  const run = runOf({
    ...minimalStandard(),
    total_cost_usd: 1.0000005,
    duration_seconds: 1.4996,
    all_results: [
      { name: "a", suite: "s", passed: true, detection_rate: 3 },
      { name: "b", passed: false, tier: "llm-judge", detection_rate: 1.5 },
      { name: "c", passed: false },
    ],
  });
  const data = {
    run,
    at: "2026-03-16T12:00:00.000Z",
    timestamp_given: true,
    content_sha256: contentSha256(run, sha256),
    source: "a.json",
    label: null,
    estimates: null,
  };

  test("keep fact data through JSON and schema, including fields of later versions", () => {
    const extended = { ...data, later: 1 };
    expect(evalRecorded.data.parse(JSON.parse(JSON.stringify(extended)))).toEqual(extended);
  });

  test("have integer amounts and a key for each test", () => {
    expect(projectRun(data, data.at)).toMatchObject({
      at: Date.parse(data.at),
      costMicros: 1_000_001,
      durationMs: 1_500,
      detectionHundredths: 450,
      detectionTests: 2,
      partial: false,
      results: [
        { key: { tier: "e2e", suite: "s", name: "a" }, passed: true },
        { key: { tier: "llm-judge", suite: "", name: "b" }, passed: false },
        { key: { tier: "e2e", suite: "", name: "c" }, passed: false },
      ],
    });
    expect(testCounts(run)).toEqual({ total: 3, passed: 1, failed: 2 });
    expect(runCostEntries(run)).toEqual([]);
  });
});

describe("the pinned baseline", () => {
  const [a, b] = ["00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"];
  const changes = (...list: readonly (readonly [run: string, pinned: boolean])[]): readonly BaselineChange[] =>
    list.map(([run, pinned], index) => ({ run, pinned, at: "2026-01-01T00:00:00.000Z", device: "d", seq: index + 1 }));

  test("is the run pinned last", () => {
    expect(baselineOf(changes([a, true], [b, true]))).toBe(b);
  });

  test("is removed by unpinning it, but not by unpinning another run", () => {
    expect(baselineOf(changes([a, true], [a, false]))).toBeUndefined();
    expect(baselineOf(changes([a, true], [b, true], [a, false]))).toBe(b);
    expect(baselineOf([])).toBeUndefined();
  });

  test("depends on the order of recording, not of arrival", () => {
    const list = changes([a, true], [b, true], [b, false], [a, true]);
    fc.assert(
      fc.property(fc.shuffledSubarray([...list], { minLength: 4 }), (shuffled) => {
        expect(baselineOf(shuffled)).toBe(a);
      }),
    );
  });
});

describe("summary", () => {
  const makeRun = (tier: string, branch: string, at: number, micros: number, detection?: readonly number[]) => ({
    tier,
    branch,
    at,
    cost: { micros, restMicros: 0, complete: micros > 0, tells: micros > 0 },
    detectionHundredths: (detection ?? []).reduce((sum, rate) => sum + rate * 100, 0),
    detectionTests: detection?.length ?? 0,
    partial: false,
  });

  test("groups runs by tier, averages cost and end-to-end detection, and sorts branches by detection", () => {
    const runs = [
      makeRun("e2e", "main", 30, 2_000_001, [3, 4]),
      makeRun("e2e", "feature", 10, 1_000_000, [5]),
      makeRun("nightly", "main", 20, 500_000),
      makeRun("nightly", "main", 25, 0),
      { ...makeRun("llm-judge", "main", 15, 0, [90]), partial: true },
    ];
    expect(summarizeRuns(runs)).toEqual({
      runs: 5,
      partialRuns: 1,
      costMicros: 3_500_001,
      costComplete: false,
      tiers: [
        { tier: "e2e", runs: 2, costMicros: 3_000_001, costComplete: true, averageCostMicros: 1_500_001, averageComplete: true },
        { tier: "nightly", runs: 2, costMicros: 500_000, costComplete: false, averageCostMicros: 500_000, averageComplete: true },
        { tier: "llm-judge", runs: 1, costMicros: 0, costComplete: false, averageCostMicros: 0, averageComplete: false },
      ],
      averageDetection: 4,
      branches: [
        { tier: "llm-judge", branch: "main", runs: 1, averageDetection: 90 },
        { tier: "e2e", branch: "feature", runs: 1, averageDetection: 5 },
        { tier: "e2e", branch: "main", runs: 1, averageDetection: 3.5 },
        { tier: "nightly", branch: "main", runs: 2, averageDetection: null },
      ],
      from: 10,
      to: 30,
    });
  });

  test("has no averages when nothing is recorded", () => {
    expect(summarizeRuns([])).toMatchObject({ runs: 0, averageDetection: null, tiers: [], from: null, to: null });
  });

  test("lists tests with the trend status flaky", () => {
    expect(flakyTests([{ status: "flaky" }, { status: "degrading" }])).toEqual([{ status: "flaky" }]);
  });
});
