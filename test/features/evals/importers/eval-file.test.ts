import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseEval, toEvalDraft } from "../../../../src/features/evals/importers/eval-file.ts";
import { testCounts } from "../../../../src/features/evals/model/attempts.ts";
import { compareRuns } from "../../../../src/features/evals/model/compare.ts";
import { priceEntry, reportCosts } from "../../../../src/features/evals/model/cost.ts";
import { evalRecorded } from "../../../../src/features/evals/model/eval-recorded.ts";
import { packResults } from "../../../../src/features/evals/model/packed-results.ts";
import { referencePrices } from "../../../../src/features/evals/model/price-table.ts";
import { runCostEntries } from "../../../../src/features/evals/model/run.ts";
import { defaultTierModels } from "../../../../src/features/evals/model/tier.ts";
import { trendsOf } from "../../../../src/features/evals/model/trend.ts";
import { writeEvalRun } from "../../../../src/features/evals/model/write.ts";
import { parseJson } from "../../../../src/features/shared/input/json.ts";
import { LedgerError } from "../../../../src/kernel/ledger-error.ts";
import { makeEvalHistory } from "../../../support/eval-fixtures.ts";

const [file] = makeEvalHistory({ seed: 5, runs: 1, tests: 12 });

function errorOf(text: string, target = "run.json"): LedgerError {
  try {
    parseEval(text, target);
  } catch (error) {
    if (error instanceof LedgerError) return error;
    throw error;
  }
  throw new Error("it was read");
}

describe("reading an eval file", () => {
  test("returns the run, without warnings for a valid file", () => {
    const parsed = parseEval(JSON.stringify(file), "run.json");
    expect(parsed.warnings).toEqual([]);
    expect(parsed.contentSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(writeEvalRun(parsed.run, "standard")).toEqual(file);
  });

  test("gives the same content hash for other white space, key order and format", () => {
    const parsed = parseEval(JSON.stringify(file), "run.json");
    expect(parseEval(JSON.stringify(file, undefined, 4), "run.json").contentSha256).toBe(parsed.contentSha256);
    const legacy = parseEval(JSON.stringify(writeEvalRun(parsed.run, "legacy")), "legacy.json");
    expect(legacy.run.format).toBe("legacy");
    expect(legacy.contentSha256).toBe(parsed.contentSha256);
  });

  test("lists the first problems in order and the number of further ones", () => {
    const error = errorOf('{"all_results":[{}]}');
    expect(error.code).toBe("invalid_eval");
    expect(error.message).toBe(
      "Failed to read run.json: it is not an eval result (schema_version: missing; version: missing; git_branch: missing; git_sha: missing; timestamp: missing; and 8 more)",
    );
  });

  test.each(["name: smoke\ntests:\n  - a: 1\n", '"name","passed"\n"a",true\n', "nonsense"])(
    "rejects %j as an unknown format",
    (text) => {
      const { code, message } = errorOf(text, "results.txt");
      expect(code).toBe("invalid_eval");
      expect(message).toMatch(/in none of the formats of results that are known \(looked for standard eval results, .*JUnit/);
    },
  );

  test("rejects a file named .json that is not JSON as invalid JSON", () => {
    expect(errorOf("nonsense").code).toBe("invalid_json");
  });

  test.each(["", "{", "[1,"])("rejects %j as invalid JSON", (text) => {
    expect(errorOf(text).code).toBe("invalid_json");
  });

  test.each(["null", "7", "[]", '"text"'])("rejects %s as JSON that is not a run", (text) => {
    expect(errorOf(text).code).toBe("invalid_eval");
  });

  const line = JSON.stringify(file);
  test.each([
    ["one a line", `${line}\n${line}\n`],
    ["one a line, between a mark, other line ends and a broken line", `\ufeff${line}\r\n{"cut\r\n${line}`],
    ["in a list", `[${line},${line},7]`],
  ])("rejects several runs (%s) and points to `import`", (_, text) => {
    expect(errorOf(text)).toMatchObject({
      code: "invalid_eval",
      message: expect.stringContaining("it holds 2 eval runs; `import`"),
    });
  });

  test("names the path of an out-of-range number at any depth", () => {
    const text = JSON.stringify({ ...file, notes: [{ deep: "here" }] }).replace('"here"', "1e999");
    expect(errorOf(text).message).toContain("notes[0].deep: number out of range");
  });

  test("accepts extreme numbers within range and text that looks like an out-of-range number", () => {
    expect(parseEval(JSON.stringify({ ...file, note: "1e999", tiny: 1e-300, big: 1e300 }), "run.json").warnings).toEqual([]);
  });

  test("uses an explicitly given format instead of detecting it", () => {
    expect(() => parseEval(JSON.stringify(file), "run.json", { format: "legacy" })).toThrow(/branch: missing/);
  });
});

describe("the draft of a recorded run", () => {
  const now = new Date("2026-11-21T00:00:00.000Z");
  const context = { project: "acme/storefront", source: "C:\\runs/one.json", prices: referencePrices, now };
  const draft = (head: Readonly<Record<string, unknown>>, more: Readonly<{ label?: string }> = {}) =>
    evalRecorded.data.parse(
      toEvalDraft(parseEval(JSON.stringify({ ...file, ...head }), "run.json"), { ...context, ...more }).data,
    );

  test("has the time in UTC, the file name without its folder, and estimates only where needed", () => {
    expect(draft({ timestamp: "2026-03-16T12:00:00+02:00" })).toMatchObject({
      at: "2026-03-16T10:00:00.000Z",
      timestamp_given: true,
      source: "one.json",
      label: "nightly-1",
      estimates: null,
    });
    expect(draft({ costs: [{ model: "claude-haiku-4-5", input_tokens: 1_000_000 }] })).toMatchObject({
      estimates: { source: "reference prices", date: "2025-05-01", micros: [800_000] },
    });
  });

  test("uses the recording time for an invalid timestamp, and prefers a given label over the file's", () => {
    expect(draft({ timestamp: "soon" }, { label: "mine" })).toMatchObject({
      at: "2026-11-21T00:00:00.000Z",
      timestamp_given: false,
      label: "mine",
      run: { timestamp: "soon" },
    });
  });
});

test("makeEvalHistory returns the same history for the same seed, with tests of every trend status", () => {
  const options = { seed: 3, runs: 24, tests: 90, tiers: ["e2e"] as const };
  const history = makeEvalHistory(options);
  expect(makeEvalHistory(options)).toEqual(history);
  expect(makeEvalHistory({ ...options, seed: 4 })).not.toEqual(history);
  const runs = history.map((one) => parseEval(JSON.stringify(one), "run.json"));
  expect(runs.flatMap((one) => one.warnings)).toEqual([]);
  const keys = new Map(history[0]?.all_results.map(({ tier, suite, name }, index) => [index, { tier, suite, name }]) ?? []);
  const packed = runs.map(({ run }) => ({
    results: packResults({ tests: [...keys.keys()], passed: run.tests.map((one) => one.passed) }),
    passed: true,
    failed: false,
  }));
  const statuses = new Set(trendsOf(packed, keys).map((trend) => trend.status));
  expect(statuses.size).toBe(5);
});

const published = join(import.meta.dirname, "../../../../../shared/data/evals");

/** Tests with real results, if they exist beside the repository; they are not part of it. */
function onPublishedResults(): void {
  const runs = readdirSync(published)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => ({ name, text: readFileSync(join(published, name), "utf8") }))
    .map(({ name, text }) => ({ name, raw: parseJson(text, name), ...parseEval(text, name) }));

  test.each(runs.map((one) => [one.name, one] as const))(
    "%s is read without warnings and written back unchanged",
    (_, { run, raw, warnings }) => {
      expect(warnings).toEqual([]);
      expect(testCounts(run)).toEqual({ total: run.total, passed: run.passed, failed: run.failed });
      expect(writeEvalRun(run, "standard")).toEqual(raw);
      expect(Object.values(run.by_category ?? {}).reduce((sum, counts) => sum + counts.passed, 0)).toBe(run.passed);
    },
  );

  test("adjacent runs: counts add up, and passed changes by improved − regressed + added − removed", () => {
    for (const [index, after] of runs.entries()) {
      const before = runs[index - 1];
      if (before === undefined) continue;
      const { counts, deltas } = compareRuns(before.run, after.run);
      const passing = (change: string) =>
        deltas.filter((delta) => delta.change === change && (delta.after ?? delta.before)?.passed).length;
      expect(counts.improved + counts.regressed + counts.unchanged + counts.added).toBe(after.run.total);
      expect(counts.improved - counts.regressed + passing("added") - passing("removed")).toBe(
        after.run.passed - before.run.passed,
      );
    }
  });

  test("the total cost equals the reported costs, to the micro-dollar", () => {
    const entries = runs.flatMap(({ run }) => runCostEntries(run)).map((entry) => priceEntry(entry, referencePrices, 0));
    const reported = runs.flatMap(({ run }) => run.costs ?? []).reduce((sum, entry) => sum + (entry.cost_usd ?? 0), 0);
    const bill = reportCosts(entries, referencePrices, defaultTierModels);
    expect(bill.totalMicros).toBe(Math.round(reported * 1_000_000));
    expect(bill).toMatchObject({ complete: true });
    expect(bill.atTier.full).toBeGreaterThan(bill.totalMicros);
  });

  test("every result is in the trends", () => {
    const numbers = new Map<string, number>();
    const keys = new Map<number, { tier: string; suite: string; name: string }>();
    const packed = runs.map(({ run }) => {
      const tests = run.tests.map((one) => {
        const key = { tier: one.tier ?? run.tier, suite: one.suite ?? "", name: one.name };
        const number = numbers.get(JSON.stringify(key)) ?? numbers.size;
        numbers.set(JSON.stringify(key), number);
        keys.set(number, key);
        return number;
      });
      return { results: packResults({ tests, passed: run.tests.map((one) => one.passed) }), passed: true, failed: false };
    });
    const trends = trendsOf(packed, keys);
    expect(trends).toHaveLength(numbers.size);
    expect(trends.reduce((sum, trend) => sum + trend.results.length, 0)).toBe(runs.reduce((sum, { run }) => sum + run.total, 0));
    const bytes = packed.reduce((sum, run) => sum + run.results.length, 0);
    expect(bytes).toBeLessThan(2 * runs.reduce((sum, { run }) => sum + run.total, 0));
  });
}

if (existsSync(published)) describe("published results", onPublishedResults);
