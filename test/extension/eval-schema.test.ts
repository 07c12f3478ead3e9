import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { evalResultSchema } from "../../scripts/schema/eval-result.ts";
import { readEvalRun } from "../../src/features/evals/model/read-eval-run.ts";
import { requiredFields } from "../../src/features/evals/model/validate.ts";
import { fullLegacy, fullStandard, minimalLegacy, minimalStandard } from "../features/evals/model/samples.ts";
import { makeEvalHistory } from "../support/eval-fixtures.ts";
import { schemaEditor } from "./schema-editor.ts";

const { problems, completions, hover } = schemaEditor(evalResultSchema());
const isRead = (value: unknown): boolean => {
  const read = readEvalRun(value);
  return read.valid && read.warnings.length === 0;
};
const without = (value: object, field: string): unknown =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== field));

describe("the schema agrees with the ledger", () => {
  const accepted: readonly (readonly [string, unknown])[] = [
    ["the least standard run", minimalStandard()],
    ["the least legacy run", minimalLegacy()],
    ["every standard field and the design's extras", fullStandard()],
    ["every legacy field", fullLegacy()],
    ["a made-up run", makeEvalHistory({ seed: 2, runs: 1, tests: 9 })[0]],
    ["a run without tests", { ...minimalStandard(), all_results: [] }],
    ["unknown fields", { ...minimalStandard(), team: "search" }],
    [
      "null for none",
      { ...minimalStandard(), label: null, costs: null, all_results: [{ name: "a", passed: true, error: null }] },
    ],
    ["categories with a total", { ...minimalStandard(), by_category: { a: { passed: 1, total: 3 } } }],
    ["both lists of tests", { ...minimalStandard(), tests: "mine" }],
  ];
  const refused: readonly (readonly [string, unknown])[] = [
    ["no object", 7],
    ["a test without a name", { ...minimalStandard(), all_results: [{ passed: true }] }],
    ["a test that neither passed nor failed", { ...minimalStandard(), all_results: [{ name: "a", passed: "yes" }] }],
    ["tests that are no list", { ...minimalStandard(), all_results: {} }],
    ["tests of the legacy format that are no list", { ...minimalLegacy(), tests: {} }],
    ["a total as text", { ...minimalStandard(), total: "1" }],
    ["a label that is a number", { ...minimalStandard(), label: 7 }],
    ["a cost as text", { ...minimalStandard(), all_results: [{ name: "a", passed: true, cost_usd: "free" }] }],
    ["output as text in the standard format", { ...minimalStandard(), all_results: [{ name: "a", passed: true, output: "x" }] }],
    ["output as an object in the legacy format", { ...minimalLegacy(), tests: [{ name: "a", passed: true, output: {} }] }],
    ...requiredFields("standard").map((field) => [`no ${field}`, without(minimalStandard(), field)] as const),
    ...requiredFields("legacy")
      .filter((field) => field !== "tests")
      .map((field) => [`a legacy run with no ${field}`, without(minimalLegacy(), field)] as const),
  ];

  test.each(accepted)("accepts %s", async (_name, value) => {
    expect(isRead(value)).toBe(true);
    expect(await problems(value)).toEqual([]);
  });
  test.each(refused)("rejects %s", async (_name, value) => {
    expect(isRead(value)).toBe(false);
    expect(await problems(value)).not.toEqual([]);
  });

  test("flags a cost entry without a model, although the ledger accepts the run", async () => {
    const value = { ...minimalStandard(), costs: [{ calls: 1 }] };
    expect(isRead(value)).toBe(true);
    expect(await problems(value)).not.toEqual([]);
  });

  const published = join(import.meta.dirname, "../../../shared/data/evals");
  if (existsSync(published))
    test.each(readdirSync(published))("accepts %s", async (name) => {
      expect(await problems(JSON.parse(readFileSync(join(published, name), "utf8")))).toEqual([]);
    });
});

describe("editing with the schema", () => {
  test("offers the keys of a standard run, and a complete run", async () => {
    expect(await completions("{ | }")).toEqual(
      expect.arrayContaining(["schema_version", "git_branch", "tier", "all_results", "duration_seconds", "costs"]),
    );
    expect(await completions("|")).toContain("eval result");
  });
  test("offers the keys of a legacy run in a legacy file", async () => {
    const keys = await completions('{ "tests": [], | }');
    expect(keys).toEqual(expect.arrayContaining(["branch", "total_tests", "total_duration_ms"]));
    expect(keys).not.toContain("git_branch");
  });
  test("offers a complete test, and the keys of a test", async () => {
    expect(await completions('{ "all_results": [ | ] }')).toContain("test");
    expect(await completions('{ "tests": [{ | }] }')).toEqual(expect.arrayContaining(["name", "passed", "transcript"]));
  });
  test.each([
    ['{ "ti|er": "e2e" }', "Runs of one tier are compared"],
    ['{ "all_results": [{ "detection_|rate": 1 }] }', "planted bugs"],
    ['{ "costs": [{ "cost_|usd": 1 }] }', "as the provider reported it"],
    ['{ "tests": [{ "na|me": "a" }] }', "same in every run"],
    ['{ "tests": [], "total_duration_|ms": 1 }', "in milliseconds"],
  ])("explains %s", async (text, part) => {
    expect(await hover(text)).toContain(part);
  });
});
