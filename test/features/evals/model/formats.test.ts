import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keptField } from "../../../../src/features/evals/model/file-layout.ts";
import { readEvalRun } from "../../../../src/features/evals/model/read-eval-run.ts";
import { type EvalFormat, evalRun } from "../../../../src/features/evals/model/run.ts";
import { writeEvalRun } from "../../../../src/features/evals/model/write.ts";
import { fullLegacy, fullStandard, minimalLegacy, minimalStandard, runOf } from "./samples.ts";

/** The mark of a cost entry that could not be read completely: no list price applies to it. */
const unreadableMark = { service_tier: "unreadable" };

/** Reads a file and writes it in a format, as `eval convert` does. */
const convert = (file: unknown, format: EvalFormat) => writeEvalRun(runOf(file), format);

describe("conversion", () => {
  test("legacy → standard rounds 1 499 ms to 1 s", () => {
    const standard = convert({ ...minimalLegacy(), total_duration_ms: 1_499 }, "standard");
    expect(standard).toMatchObject({ duration_seconds: 1, git_branch: "main", total: 1 });
  });

  test("1 499 ms → 1 s converts back to 1 499 ms, where the documented conversion yields 1 000 ms", () => {
    const standard = convert({ ...minimalLegacy(), total_duration_ms: 1_499 }, "standard");
    expect(convert(standard, "legacy")).toMatchObject({ total_duration_ms: 1_499 });
  });

  test("1 s without a kept duration in ms converts to 1 000 ms", () => {
    expect(convert({ ...minimalStandard(), duration_seconds: 1 }, "legacy")).toMatchObject({ total_duration_ms: 1_000 });
  });

  test("120 000 ms ↔ 120 s", () => {
    expect(convert({ ...minimalLegacy(), total_duration_ms: 120_000 }, "standard")).toEqual(minimalStandard());
    expect(convert({ ...minimalStandard(), duration_seconds: 120 }, "legacy")).toEqual(minimalLegacy());
  });

  test("standard → legacy does not round", () => {
    expect(convert({ ...minimalStandard(), duration_seconds: 1.0005 }, "legacy")).toMatchObject({
      total_duration_ms: 1.0005 * 1000,
    });
  });

  test("every legacy field survives legacy → standard → legacy", () => {
    const standard = convert(fullLegacy(), "standard");
    expect(standard).toMatchObject({ costs: fullLegacy().costs, wall_clock_ms: 2_001, total_duration_ms: 1_499 });
    expect(convert(standard, "legacy")).toEqual(fullLegacy());
  });

  test("every standard field, known or not, survives standard → legacy → standard", () => {
    const legacy = convert(fullStandard(), "legacy");
    expect(legacy).toMatchObject({ label: "nightly", costs: fullStandard().costs, branch: "main", team: "search" });
    expect(convert(legacy, "standard")).toEqual(fullStandard());
  });

  test("text output and object output are kept in separate fields", () => {
    const legacy = convert(fullStandard(), "legacy");
    expect(legacy).toMatchObject({ tests: [{ output_object: { html: "<b>" } }] });
    const standard = convert(fullLegacy(), "standard");
    expect(standard).toMatchObject({ all_results: [{ output_text: "found it" }] });
  });

  test("an unknown field named like a field of the other format survives the round trip", () => {
    const file = { ...minimalStandard(), branch: "mine", total_tests: 9, tests: "none", total_duration_ms: 7 };
    const legacy = convert(file, "legacy");
    expect(legacy).toMatchObject({ branch: "main", total_tests: 1 });
    expect(legacy[keptField]).toEqual({ branch: "mine", total_tests: 9, tests: "none", total_duration_ms: 7 });
    expect(convert(legacy, "standard")).toEqual(file);
  });

  test("both formats of a run have the same internal form", () => {
    const { format, ...legacy } = runOf(fullLegacy());
    const { format: other, ...standard } = runOf(convert(fullLegacy(), "standard"));
    expect([format, other]).toEqual(["legacy", "standard"]);
    expect(standard).toEqual(legacy);
  });
});

describe("reading", () => {
  test("unknown and additional fields are kept unchanged in extra", () => {
    const run = runOf(fullStandard());
    const entry = fullStandard().all_results[0];
    expect(run.extra).toEqual({ team: "search" });
    expect(run.tests[0]?.category).toBe("ui");
    expect(run.tests[0]?.extra).toEqual({
      response_preview: "Hello",
      comparison: entry?.comparison,
      failures: entry?.failures,
      attempt: 2,
    });
    expect(run.costs?.[0]).toMatchObject({ region: "eu" });
  });

  test("categories with a total get a failed count and keep the total", () => {
    const run = runOf({ ...minimalStandard(), by_category: { a: { passed: 2, total: 5 }, b: { passed: 1, failed: 0 } } });
    expect(run.by_category).toEqual({ a: { passed: 2, total: 5, failed: 3 }, b: { passed: 1, failed: 0 } });
  });

  test("an optional field of the wrong type is kept with a warning, but not used", () => {
    const file = {
      ...minimalStandard(),
      label: 7,
      by_category: { a: 1 },
      all_results: [{ name: "a", passed: true, cost_usd: "free", judge_scores: { clarity: "good" } }],
    };
    const read = readEvalRun(file);
    expect(read).toMatchObject({
      valid: true,
      run: {
        extra: { label: 7, by_category: { a: 1 } },
        tests: [{ extra: { cost_usd: "free", judge_scores: { clarity: "good" } } }],
      },
      warnings: [
        "label: not of its type; kept, but not used",
        "by_category: not of its type; kept, but not used",
        "all_results[0].cost_usd: not of its type; kept, but not used",
        "all_results[0].judge_scores: not of its type; kept, but not used",
      ],
    });
    expect(convert(file, "standard")).toEqual(file);
  });

  const validEntry = { model: "m", calls: 1, input_tokens: 5, output_tokens: 2 };
  test.each<readonly [string, unknown, unknown, readonly string[]]>([
    ["null in its fields", { ...validEntry, cost_usd: null, cache_read_input_tokens: null }, validEntry, []],
    [
      "text for tokens",
      { model: "m", input_tokens: "5" },
      { model: "m", ...unreadableMark },
      ["costs[1].input_tokens: not a number; counted as unpriced"],
    ],
    ["text for its calls", { ...validEntry, calls: "2" }, { ...validEntry, calls: undefined }, ["costs[1].calls: not a number"]],
    [
      "a list for tokens",
      { ...validEntry, output_tokens: [] },
      { ...validEntry, output_tokens: undefined, ...unreadableMark },
      ["costs[1].output_tokens: not a number; counted as unpriced"],
    ],
    [
      "text for its cost",
      { ...validEntry, cost_usd: "0.5" },
      { ...validEntry, ...unreadableMark },
      ["costs[1].cost_usd: not a number; counted as unpriced"],
    ],
    [
      "a cost, and text for tokens",
      { model: "m", input_tokens: "5", cost_usd: 1 },
      { model: "m", cost_usd: 1 },
      ["costs[1].input_tokens: not a number"],
    ],
    [
      "a cost, a mode, and text for calls and tokens",
      { model: "m", calls: "2", output_tokens: "5", cost_usd: 0, service_tier: "batch" },
      { model: "m", cost_usd: 0, service_tier: "batch" },
      ["costs[1].calls: not a number", "costs[1].output_tokens: not a number"],
    ],
    [
      "text for its cost and its calls",
      { ...validEntry, calls: "2", cost_usd: "0.5" },
      { ...validEntry, calls: undefined, ...unreadableMark },
      ["costs[1].calls: not a number; counted as unpriced", "costs[1].cost_usd: not a number; counted as unpriced"],
    ],
    ["no model", { input_tokens: 5 }, { model: "unknown", input_tokens: 5 }, []],
    [
      "a number for its model",
      { model: 4, input_tokens: 5 },
      { model: "unknown", input_tokens: 5 },
      ["costs[1].model: not text"],
    ],
    ["text in its place", "m", { model: "unknown", ...unreadableMark }, ["costs[1]: not an object; counted as unpriced"]],
    [
      "a list in its place",
      [validEntry],
      { model: "unknown", ...unreadableMark },
      ["costs[1]: not an object; counted as unpriced"],
    ],
    ["null in its place", null, undefined, []],
  ])("a cost entry with %s leaves the other entries intact", (_, given, read, warnings) => {
    const file = { ...minimalStandard(), costs: [validEntry, given] };
    expect(readEvalRun(file)).toMatchObject({ valid: true, warnings });
    expect(runOf(file).costs).toEqual([validEntry, read].filter((one) => one !== undefined));
    expect(convert(file, "standard")).toEqual(file);
    expect(convert(convert(file, "legacy"), "standard")).toEqual(file);
    const test = { name: "a", passed: true, costs: [given, validEntry] };
    const byTest = { ...minimalStandard(), all_results: [test] };
    expect(runOf(byTest).tests[0]?.costs).toEqual([read, validEntry].filter((one) => one !== undefined));
    expect(convert(convert(byTest, "legacy"), "standard")).toEqual(byTest);
  });

  test("null in an optional field is kept without a warning", () => {
    const file = { ...minimalStandard(), label: null, all_results: [{ name: "a", passed: true, error: null }] };
    const read = readEvalRun(file);
    expect(read).toMatchObject({ valid: true, warnings: [] });
    expect(convert(file, "standard")).toEqual(file);
  });

  test("a kept duration that contradicts the stated one is ignored", () => {
    const run = runOf({ ...minimalStandard(), duration_seconds: 2, total_duration_ms: 9_000 });
    expect(run.total_duration_ms).toBe(2_000);
    expect(run.extra).toEqual({ total_duration_ms: 9_000 });
  });

  test("a field named __proto__ has no effect and causes a warning", () => {
    const file: unknown = JSON.parse(JSON.stringify(minimalStandard()).replace("{", '{"__proto__":{"polluted":true},'));
    const read = readEvalRun(file);
    expect(read).toMatchObject({ valid: true, warnings: ["__proto__: cannot be kept"] });
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  test("an invalid value is reported as invalid", () => {
    expect(readEvalRun({ tests: 1 })).toMatchObject({ valid: false, format: "legacy" });
  });
});

/** Names that have a meaning in one of the formats, internally, or nowhere. */
const names = fc.constantFrom(
  ...["branch", "git_branch", "total", "total_tests", "tests", "all_results", "total_duration_ms", "duration_seconds"],
  ...["output", "output_text", "output_object", "format", "extra", "label", "costs", "by_category", "_partial", "hostname"],
  ...["wall_clock_ms", "transcript", "error", "judge_scores", "name2", "team", "10", "toString", "constructor"],
);

const values = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }).map((value): unknown => JSON.parse(JSON.stringify(value).replaceAll("__proto__", "proto"))),
  fc.constantFrom<unknown>("text", 0, 1.5, true, null, [], {}, { passed: 1, failed: 2 }, [{ model: "m", calls: 1 }], 1_499, 1),
);

const unknownFields = fc.dictionary(names, values, { maxKeys: 6 });

const durations = fc
  .oneof(fc.nat(10_000), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(1.005, 1_499, 0.5))
  .map((value) => value + 0);

const standardFiles = fc
  .record({ top: unknownFields, entry: unknownFields, duration: durations })
  .map(({ top, entry, duration }) => ({
    ...top,
    ...minimalStandard(),
    duration_seconds: duration,
    all_results: [{ ...entry, name: "a", passed: true }],
  }));

const legacyFiles = fc
  .record({ top: unknownFields, entry: unknownFields, duration: durations })
  .map(({ top, entry, duration }) => ({
    ...top,
    ...minimalLegacy(),
    total_duration_ms: duration,
    tests: [{ ...entry, name: "a", passed: true }],
  }));

describe("lossless conversion of arbitrary files", () => {
  /** Only one thing is ever added: counts of categories that came with a total. No generated value has such a total. */
  test.each([
    ["standard", standardFiles, "standard"],
    ["standard", standardFiles, "legacy"],
    ["legacy", legacyFiles, "legacy"],
    ["legacy", legacyFiles, "standard"],
  ] as const)("%s (%#) is unchanged after a round trip through a file", (format, files, via) => {
    fc.assert(
      fc.property(files, (file) => {
        const json: unknown = JSON.parse(JSON.stringify(file));
        const converted: unknown = JSON.parse(JSON.stringify(writeEvalRun(runAs(json, format), via)));
        expect(writeEvalRun(runAs(converted, via), format)).toEqual(json);
      }),
      { numRuns: 600, seed: 7 },
    );
  });

  test("the internal form is unchanged by its own schema", () => {
    fc.assert(
      fc.property(standardFiles, (file) => {
        const run = runAs(JSON.parse(JSON.stringify(file)), "standard");
        expect(evalRun.parse(JSON.parse(JSON.stringify(run)))).toEqual(run);
      }),
      { numRuns: 200, seed: 7 },
    );
  });
});

function runAs(value: unknown, format: EvalFormat) {
  const read = readEvalRun(value, format);
  if (!read.valid) throw new Error(read.errors.join("; "));
  return read.run;
}
