import { readFileSync } from "node:fs";
import { describe, expect, it, test } from "vitest";
import { type ParsedEval, parseEval } from "../../../../src/features/evals/importers/eval-file.ts";
import { repeatsOf, testsOfRun } from "../../../../src/features/evals/model/attempts.ts";
import {
  jestOutcomes,
  mochaOutcomes,
  nodeOutcomes,
  playwrightOutcomes,
  promptfooOutcomes,
  pytestOutcomes,
  resultsFolder,
  type TestOutcome,
  vitestOutcomes,
} from "./tool-texts.ts";

const textOf = (file: string): string => readFileSync(new URL(file, resultsFolder), "utf8");
const readFile = (file: string): ParsedEval => parseEval(textOf(file), file, { root: "/project" });

/** Every test with the outcome of its last attempt, named for the comparison with the tools' texts. */
const verdictsOf = ({ run }: ParsedEval, nameOf: (suite: string, name: string) => string): readonly TestOutcome[] =>
  testsOfRun(run).map(({ key, test: { passed } }) => [nameOf(key.suite, key.name), passed ? "passed" : "failed"]);

const flat = (text: string): string => text.replaceAll(" › ", " ").replaceAll(" > ", " ").trim();
const fullName = (suite: string, name: string): string => flat(`${suite} ${name}`);
const nameOnly = (_: string, name: string): string => flat(name);

/** pytest's class and module names as its text output writes them: files and `::`. */
const pytestName = (suite: string, name: string): string =>
  `${suite.replace(/^tests\.test_cart/, "tests/test_cart.py").replaceAll(".TestCart", "::TestCart")}::${name}`;

describe("outcomes match the tool's own text output", () => {
  it.each<[file: string, tells: () => readonly TestOutcome[], nameOf: (suite: string, name: string) => string]>([
    ["vitest/junit.xml", vitestOutcomes, fullName],
    ["vitest/results.json", vitestOutcomes, fullName],
    ["jest/results.json", jestOutcomes, nameOnly],
    ["mocha/results.json", mochaOutcomes, nameOnly],
    ["mocha/junit.xml", mochaOutcomes, nameOnly],
    ["mocha/xunit.xml", mochaOutcomes, (suite, name) => flat(`${suite.replace(/^test\/cart\.cjs/, "")} ${name}`)],
    ["mocha/results.tap", mochaOutcomes, nameOnly],
    ["mocha/ctrf.json", mochaOutcomes, nameOnly],
    ["playwright/results.json", playwrightOutcomes, fullName],
    ["playwright/junit.xml", playwrightOutcomes, fullName],
    ["node/results.tap", nodeOutcomes, nameOnly],
    ["pytest/junit.xml", pytestOutcomes, pytestName],
    ["pytest/junit-xunit1.xml", pytestOutcomes, pytestName],
  ])("%s", (file, readOutcomes, nameOf) => {
    const outcomes = readOutcomes();
    const parsed = readFile(file);
    const ran = outcomes.filter(([, outcome]) => outcome !== "skipped");
    expect(ran.length).toBeGreaterThan(5);
    expect(verdictsOf(parsed, nameOf).toSorted()).toEqual(ran.toSorted());
    expect(parsed.run.tests_skipped ?? 0).toBe(outcomes.length - ran.length);
    expect(parsed.run.total).toBe(ran.length);
    const [tool = "", name = ""] = file.split("/");
    const format = name.endsWith(".xml")
      ? "junit"
      : name.endsWith(".tap")
        ? "tap"
        : name === "ctrf.json"
          ? "ctrf"
          : `${tool}-json`;
    expect(parsed.run).toMatchObject({
      source_format: format,
      tier: format === "tap" ? "tap" : tool === "node" ? "junit" : tool,
    });
  });

  it("vitest/results.tap and flat.tap, where a file that failed to load has only its file name", () => {
    const expected = vitestOutcomes()
      .filter(([, outcome]) => outcome !== "skipped")
      .map(([path, outcome]): TestOutcome => [path.replace(/^(\S+) \1$/, "$1"), outcome]);
    for (const file of ["vitest/results.tap", "vitest/flat.tap"]) {
      expect(verdictsOf(readFile(file), nameOnly).toSorted()).toEqual(expected.toSorted());
      expect(readFile(file).run.tests_skipped).toBe(2);
    }
  });

  it("jest/junit.xml, where jest-junit reports a todo test as passed and omits a file that failed to load", () => {
    const expected = jestOutcomes()
      .filter(([path, outcome]) => path !== "test/broken.test.js" && (outcome !== "skipped" || path === "cart ships later"))
      .map(([path, outcome]): TestOutcome => [path, path === "cart ships later" ? "passed" : outcome]);
    expect(verdictsOf(readFile("jest/junit.xml"), nameOnly).toSorted()).toEqual(expected.toSorted());
    expect(readFile("jest/junit.xml").run.tests_skipped).toBe(1);
  });

  it("jest/ctrf.json, which omits a file that failed to load", () => {
    const expected = jestOutcomes().filter(([path, outcome]) => path !== "test/broken.test.js" && outcome !== "skipped");
    expect(verdictsOf(readFile("jest/ctrf.json"), nameOnly).toSorted()).toEqual(expected.toSorted());
  });

  it("node/junit.xml, where Node escapes quotes in names twice", () => {
    const expected = nodeOutcomes().filter(([, outcome]) => outcome !== "skipped");
    const testName = (suite: string, name: string): string =>
      flat(`${suite.replace("test/cart.test.mjs", "")} ${name}`).replaceAll("&quot;", '"');
    expect(verdictsOf(readFile("node/junit.xml"), testName).toSorted()).toEqual(expected.toSorted());
    expect(readFile("node/junit.xml").run.tests_skipped).toBe(3);
  });

  it("playwright/ctrf.json", () => {
    const expected = playwrightOutcomes().filter(([, outcome]) => outcome !== "skipped");
    const testName = (suite: string, name: string): string => flat(`${suite.replace("tests/cart.spec.js › ", "")} ${name}`);
    expect(verdictsOf(readFile("playwright/ctrf.json"), testName).toSorted()).toEqual(expected.toSorted());
  });

  it("promptfoo/results.json, row by row", () => {
    const { run } = readFile("promptfoo/results.json");
    const columns = [...new Set(run.tests.map(({ suite }) => suite))];
    expect(columns).toEqual(["echo › plain", "echo › prompt 2", "second › plain", "second › prompt 2"]);
    const rows = columns.map((column) =>
      run.tests.filter(({ suite }) => suite === column).map(({ passed }) => (passed ? "passed" : "failed")),
    );
    const expected = promptfooOutcomes();
    expect(expected).toHaveLength(6);
    expect(columns.map((_, column) => expected.map((row) => row[column]))).toEqual(rows);
  });
});

describe("data besides outcomes", () => {
  test("Playwright: retries are read as attempts, and a timeout as the exit reason", () => {
    const { run } = readFile("playwright/results.json");
    const attempts = new Map(testsOfRun(run).map((one) => [`${one.key.suite} ${one.key.name}`, one]));
    expect(attempts.get("alpha › cart.spec.js cart › removes an item")).toMatchObject({ attempts: 3, mixed: false });
    expect(attempts.get("alpha › cart.spec.js passes at the second try")).toMatchObject({ attempts: 2, mixed: true });
    expect(attempts.get("beta › cart.spec.js passes at the second try")).toMatchObject({ attempts: 1, test: { passed: false } });
    expect(attempts.get("alpha › cart.spec.js takes too long")?.test.exit_reason).toBe("timeout");
    expect(run.tests).toHaveLength(31 - 4);
  });

  test.each(["jest/results.json", "jest/ctrf.json", "mocha/results.json", "vitest/results.json"])(
    "%s: a retry is read as a second attempt",
    (file) => {
      const retried = testsOfRun(readFile(file).run).find(({ key }) => key.name === "passes at the second try");
      expect(retried).toMatchObject({ attempts: 2, mixed: true, test: { passed: true } });
    },
  );

  const attemptsOf = (file: string, from: string, to: string) => {
    const { run, warnings } = parseEval(textOf(file).replaceAll(from, to), file, { root: "/project" });
    return { ...testsOfRun(run).find(({ key }) => key.name === "passes at the second try"), warnings };
  };
  const numbers = [
    ["jest/results.json", '"invocations":2', (n: string) => `"invocations":${n}`],
    ["jest/ctrf.json", '"retries": 1', (n: string) => `"retries": ${n}`],
    ["mocha/results.json", '"currentRetry": 1', (n: string) => `"currentRetry": ${n}`],
  ] as const;
  const invalidCounts = ["-1", "102", "5e9", "1e308", "1.5", "1001.5"];
  test.each(numbers.flatMap(([file, from, to]) => invalidCounts.map((n) => [file, n, from, to(n)] as const)))(
    "%s: an invalid number of attempts (%s) is ignored with a warning",
    (file, _, from, to) => {
      expect(attemptsOf(file, from, to)).toMatchObject({
        attempts: 1,
        test: { passed: true },
        warnings: [expect.stringMatching(/\.\w+: \S+ earlier attempts cannot be right \(at most 100 are read\); not counted$/)],
      });
    },
  );

  test("the maximum number of stated attempts is counted", () => {
    expect(attemptsOf("jest/results.json", '"invocations":2', '"invocations":101')).toMatchObject({
      attempts: 101,
      warnings: [],
    });
    expect(attemptsOf("jest/ctrf.json", '"retries": 1', '"retries": 100')).toMatchObject({ attempts: 101, warnings: [] });
  });

  test("a file may state at most 100,000 attempts in total; further ones are ignored with one warning", () => {
    const tests = Array.from({ length: 1002 }, (_, n) => ({ name: `t${n}`, status: "passed", retries: 100 }));
    const text = JSON.stringify({ results: { tool: { name: "x" }, summary: {}, tests: ["wrong", ...tests] } });
    const { run, warnings } = parseEval(text, "ctrf.json");
    expect(run.tests).toHaveLength(101_002);
    expect(warnings.slice(-2)).toEqual([
      expect.stringMatching(/^results\.tests\[0\]: /),
      "results.tests[1001].retries: the file states more than 100,000 earlier attempts; from here on they are not counted",
    ]);
  });

  test("the path in a warning is correct after a skipped invalid entry", () => {
    const text = textOf("jest/results.json").replace('"testResults":[', '"testResults":[1,');
    const { warnings } = parseEval(text.replaceAll('"invocations":2', '"invocations":102'), "jest.json", { root: "/project" });
    const at = JSON.parse(text).testResults.findIndex((file: unknown) => JSON.stringify(file).includes('"invocations":2'));
    expect(warnings).toContainEqual(
      expect.stringMatching(new RegExp(`^testResults\\[${at}\\]\\.assertionResults\\[\\d+\\]\\.invocations: `)),
    );
  });

  test("CTRF: a passed test marked flaky has a second attempt, and an empty attempt list is ignored", () => {
    const flaky = (fields: object, status = "passed") => {
      const tests = [{ name: "a", status, duration: 1, ...fields }];
      const text = JSON.stringify({ results: { tool: { name: "x" }, summary: { tests: 1 }, tests } });
      return testsOfRun(parseEval(text, "ctrf.json").run)[0];
    };
    expect(flaky({ flaky: true })).toMatchObject({ attempts: 2, mixed: true, test: { passed: true } });
    expect(flaky({ flaky: false })).toMatchObject({ attempts: 1 });
    expect(flaky({ flaky: true }, "failed")).toMatchObject({ attempts: 1, test: { passed: false } });
    expect(flaky({ flaky: true, retries: 3 })).toMatchObject({ attempts: 4 });
    expect(flaky({ retries: 2, retryAttempts: [] })).toMatchObject({ attempts: 3, mixed: true });
    expect(flaky({ flaky: true, retryAttempts: [{ status: "failed" }] })).toMatchObject({ attempts: 2, mixed: true });
  });

  test("Surefire: reruns and flakes are attempts, and numbers with commas are read", () => {
    const { run } = readFile("surefire/TEST-shop.CartTest.xml");
    const rows = testsOfRun(run).map(({ key, attempts, mixed, test: one }) => [key.suite, key.name, one.passed, attempts, mixed]);
    expect(rows).toEqual([
      ["shop.CartTest", "adds", true, 1, false],
      ["shop.CartTest", "removes", false, 2, false],
      ["shop.CartTest", "loads", true, 3, true],
      ["shop.CartTest", "pays", false, 1, false],
    ]);
    expect(run).toMatchObject({
      tier: "surefire",
      total: 4,
      passed: 2,
      failed: 2,
      tests_skipped: 1,
      total_duration_ms: 1_234_567,
    });
    expect(run.tests.find(({ name, duration_ms }) => name === "removes" && duration_ms !== undefined)?.duration_ms).toBe(
      1_200_500,
    );
    expect(run.tests.find(({ name }) => name === "pays")?.error).toBe("java.lang.IllegalStateException: no database");
  });

  test("pytest-json-report: files, classes, parameters and reruns", () => {
    const { run } = readFile("pytest-json/report.json");
    expect(testsOfRun(run).map(({ key, attempts, test: one }) => [key.suite, key.name, one.passed, attempts])).toEqual([
      ["tests/test_cart.py", "TestCart › test_adds", true, 1],
      ["tests/test_cart.py", "test_names[a::b]", false, 1],
      ["tests/test_cart.py", "test_flaky", true, 2],
      ["tests/test_cart.py", "test_setup", false, 1],
    ]);
    expect(run).toMatchObject({ timestamp: "2026-11-29T05:52:50.000Z", total_duration_ms: 500, tests_skipped: 1 });
    expect(run.tests[1]?.error).toBe("assert 2 == 1\ndef test_names(name):\n>   assert 2 == 1");
  });

  test("promptfoo: scores, costs, tokens, repeats", () => {
    const { run } = readFile("promptfoo/results.json");
    expect(run).toMatchObject({ tier: "promptfoo", label: "greetings", total: 12, passed: 10, failed: 2 });
    expect(run.costs).toEqual([
      { model: "echo", calls: 24, input_tokens: 0, output_tokens: 0, cache_read_input_tokens: 0, cost_usd: 0 },
    ]);
    expect(run.tests[0]).toMatchObject({ name: "names Ann", model: "echo", judge_scores: { score: 1, politeness: 1 } });
    expect(run.tests.find(({ passed }) => !passed)?.error).toBe('Expected output to contain "hello"');
    expect(repeatsOf(testsOfRun(run))).toEqual({ attempts: 2, steady: 10 });
  });

  /** A result of promptfoo. */
  const result = (testIdx: number, more: Readonly<Record<string, unknown>>) => ({
    provider: { id: "own" },
    prompt: {},
    promptIdx: 0,
    testIdx,
    success: true,
    ...more,
  });

  test("promptfoo: calls without a cost or with an invalid cost get separate cost entries", () => {
    const tokenUsage = { prompt: 10, completion: 5 };
    const results = [
      result(0, { cost: 2, tokenUsage }),
      result(1, { cost: -0.5, tokenUsage }),
      result(2, { tokenUsage }),
      result(3, { tokenUsage: { prompt: -5 } }),
    ];
    const { run, warnings } = parseEval(JSON.stringify({ results: { version: 3, stats: { successes: 4 }, results } }), "a");
    const entry = { model: "own", calls: 1, cache_read_input_tokens: 0 };
    expect(run.costs).toEqual([
      { ...entry, input_tokens: 10, output_tokens: 5, cost_usd: 2 },
      { ...entry, input_tokens: 10, output_tokens: 5 },
      { ...entry, input_tokens: 10, output_tokens: 5, cost_usd: -0.5 },
      { ...entry, input_tokens: -5, output_tokens: 0 },
    ]);
    expect(run.total_cost_usd).toBe(2);
    expect(warnings).toContain("costs[2].cost_usd: -0.5 is negative");
  });

  test("promptfoo: cached tokens of the provider are not plain input, and answers from promptfoo's cache cost nothing", () => {
    const completionDetails = { cacheReadInputTokens: 60, cacheCreationInputTokens: 30 };
    const results = [
      result(0, { tokenUsage: { prompt: 100, completion: 5, completionDetails } }),
      // Older versions count only uncached tokens as those of the prompt.
      result(1, { tokenUsage: { prompt: 10, completion: 5, completionDetails } }),
      result(2, { tokenUsage: { cached: 105, total: 105 }, response: { cached: true } }),
    ];
    const { run } = parseEval(JSON.stringify({ results: { version: 3, stats: { successes: 3 }, results } }), "a");
    expect(run.costs).toEqual([
      {
        model: "own",
        calls: 2,
        input_tokens: 20,
        output_tokens: 10,
        cache_read_input_tokens: 120,
        cache_creation_input_tokens: 60,
      },
    ]);
  });

  test.each([
    ["counts cached tokens among the input, as older versions do", { input_tokens: 600, total_tokens: 690 }, 450],
    ["counts them separately", { input_tokens: 450, total_tokens: 690 }, 450],
    ["counts separately fewer input tokens than cached ones", { input_tokens: 50, total_tokens: 290 }, 50],
    ["does not state the total", { input_tokens: 600 }, 600],
  ])("Inspect: a log that %s", (_, stated, input) => {
    const log = JSON.parse(textOf("inspect/log.json"));
    const cached = { input_tokens_cache_read: 120, input_tokens_cache_write: 30 };
    log.stats.model_usage = { "openai/gpt-5-mini": { output_tokens: 90, ...cached, ...stated } };
    expect(parseEval(JSON.stringify(log), "a").run.costs).toEqual([
      expect.objectContaining({ input_tokens: input, cache_read_input_tokens: 120, cache_creation_input_tokens: 30 }),
    ]);
  });

  test("Inspect: epochs are attempts, letters are scores, and usage becomes cost entries", () => {
    const { run, warnings } = readFile("inspect/log.json");
    expect(run).toMatchObject({
      tier: "inspect/arithmetic",
      timestamp: "2026-11-20T10:00:00+00:00",
      git_sha: "1a2b3c4",
      label: "openai/gpt-5-mini",
      total_duration_ms: 30_000,
      costs: [{ model: "openai/gpt-5-mini", input_tokens: 480, output_tokens: 90, cache_read_input_tokens: 120 }],
    });
    expect(testsOfRun(run).map(({ key, attempts, mixed, test: one }) => [key.name, one.passed, attempts, mixed])).toEqual([
      ["sample 1", true, 2, false],
      ["sample 2", false, 2, true],
      ["sample __proto__", false, 2, false],
    ]);
    expect(run.tests.map(({ judge_scores }) => judge_scores)).toEqual([
      { match: 1 },
      { match: 1 },
      { match: 1 },
      { match: 0 },
      { match: 0.5, "graded.tone": 0.5, "graded.length": 1 },
      undefined,
    ]);
    expect(run.tests.at(-1)?.error).toBe("rate limit");
    expect(repeatsOf(testsOfRun(run))).toEqual({ attempts: 2, steady: 1 });
    expect(warnings).toEqual(["it has scores and no verdicts: a test passes when each of its scores is at least 1"]);
  });
});
