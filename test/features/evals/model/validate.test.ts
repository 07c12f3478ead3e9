import { describe, expect, test } from "vitest";
import { detectFormat, validateEvalRun } from "../../../../src/features/evals/model/validate.ts";
import { minimalLegacy, minimalStandard } from "./samples.ts";

const errorsOf = (value: unknown): readonly string[] => validateEvalRun(value, "standard").errors;

describe("validation of the standard format", () => {
  test("the smallest run is valid", () => {
    expect(validateEvalRun(minimalStandard(), "standard")).toEqual({ valid: true, errors: [] });
  });

  test.each([
    ["null", null, "(root): not an object, got null"],
    ["a text", "run", "(root): not an object, got string"],
    ["a number", 1, "(root): not an object, got number"],
    ["nothing", undefined, "(root): not an object, got undefined"],
  ])("%s gives one error", (_, value, error) => {
    expect(validateEvalRun(value, "standard")).toEqual({ valid: false, errors: [error] });
  });

  test("an array counts as an object that lacks every field, reported in the order of the table", () => {
    expect(errorsOf([])).toEqual([
      "schema_version: missing",
      "version: missing",
      "git_branch: missing",
      "git_sha: missing",
      "timestamp: missing",
      "tier: missing",
      "total: missing",
      "passed: missing",
      "failed: missing",
      "total_cost_usd: missing",
      "duration_seconds: missing",
      "all_results: missing",
    ]);
  });

  test("a wrong type names the field, the expected and the actual type", () => {
    expect(errorsOf({ ...minimalStandard(), total: "3", version: 7, git_sha: null })).toEqual([
      "version: expected string, got number",
      "git_sha: expected string, got null",
      "total: expected number, got string",
    ]);
  });

  test("text as the results gives two errors, null or an object gives one", () => {
    expect(errorsOf({ ...minimalStandard(), all_results: "none" })).toEqual([
      "all_results: expected object, got string",
      "all_results: not an array",
    ]);
    expect(errorsOf({ ...minimalStandard(), all_results: null })).toEqual(["all_results: not an array"]);
    expect(errorsOf({ ...minimalStandard(), all_results: {} })).toEqual(["all_results: not an array"]);
  });

  test("entries are checked in order, with all problems of an entry and one error for a non-object", () => {
    const all_results = [{ name: "a", passed: true }, null, { name: 1, passed: "yes" }, "b", { name: "c" }];
    expect(errorsOf({ ...minimalStandard(), all_results })).toEqual([
      "all_results[1]: not an object",
      "all_results[2].name: expected string, got number",
      "all_results[2].passed: expected boolean, got string",
      "all_results[3]: not an object",
      "all_results[4].passed: expected boolean, got undefined",
    ]);
  });

  test("problems of fields come before problems of entries", () => {
    expect(errorsOf({ ...minimalStandard(), tier: 1, all_results: [{}] })).toEqual([
      "tier: expected string, got number",
      "all_results[0].name: expected string, got undefined",
      "all_results[0].passed: expected boolean, got undefined",
    ]);
  });

  test("optional fields and inconsistent counts are not checked", () => {
    expect(errorsOf({ ...minimalStandard(), hostname: 1, label: [], costs: "x", total: -4, tier: "nightly" })).toEqual([]);
  });

  test("inherited fields count as missing, and infinite numbers are not numbers", () => {
    expect(errorsOf(Object.create(minimalStandard()))).toHaveLength(12);
    expect(errorsOf({ ...minimalStandard(), total_cost_usd: Number.POSITIVE_INFINITY })).toEqual([
      "total_cost_usd: expected number, got Infinity",
    ]);
  });
});

describe("validation of the legacy format", () => {
  test("the smallest run is valid", () => {
    expect(validateEvalRun(minimalLegacy(), "legacy")).toEqual({ valid: true, errors: [] });
  });

  test("the legacy field names are required", () => {
    expect(validateEvalRun({ ...minimalStandard() }, "legacy").errors).toEqual([
      "branch: missing",
      "total_tests: missing",
      "total_duration_ms: missing",
      "tests: missing",
    ]);
  });
});

test.each([
  ["a list called all_results", { all_results: [] }, "standard"],
  ["a list called tests", { tests: [] }, "legacy"],
  ["both", { all_results: [], tests: [] }, "standard"],
  ["neither", {}, "standard"],
  ["no object", null, "standard"],
])("detectFormat chooses a format for %s", (_, value, format) => {
  expect(detectFormat(value)).toBe(format);
});
