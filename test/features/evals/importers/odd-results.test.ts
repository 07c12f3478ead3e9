import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseEval, parseEvalContent } from "../../../../src/features/evals/importers/eval-file.ts";
import { testsOfRun } from "../../../../src/features/evals/model/attempts.ts";
import { buildZip } from "../../../support/zip.ts";
import { resultsFolder } from "./tool-texts.ts";

const textOf = (file: string): string => readFileSync(new URL(file, resultsFolder), "utf8");

describe("a stopped run is incomplete", () => {
  it("in Jest's JSON", () => {
    const report = JSON.parse(textOf("jest/results.json"));
    expect(parseEval(JSON.stringify(report), "a").run._partial).toBeUndefined();
    expect(parseEval(JSON.stringify({ ...report, wasInterrupted: true }), "a").run).toMatchObject({ _partial: true });
  });

  it("in Playwright's JSON", () => {
    const report = (status: string): string =>
      JSON.stringify({
        config: { rootDir: "/" },
        stats: { startTime: "2026-03-16T08:00:00Z" },
        suites: [
          {
            title: "a.spec.js",
            specs: [
              { title: "slow", tests: [{ status: "unexpected", results: [{ status }] }] },
              { title: "not begun", tests: [{ status: "skipped", results: [] }] },
            ],
          },
        ],
      });
    expect(parseEval(report("interrupted"), "a").run).toMatchObject({ _partial: true, failed: 1, tests_skipped: 1 });
    expect(parseEval(report("failed"), "a").run._partial).toBeUndefined();
  });

  it.each([
    [1, undefined],
    [2, true],
    [3, true],
  ])("in pytest's JSON with the exit code %s: %s", (exitcode, partial) => {
    const report = JSON.parse(textOf("pytest-json/report.json"));
    expect(parseEval(JSON.stringify({ ...report, exitcode }), "a").run._partial).toBe(partial);
  });
});

it("a file that pytest could not load counts as a failed test", () => {
  const report = JSON.parse(textOf("pytest-json/report.json"));
  const before = parseEval(JSON.stringify(report), "a").run;
  const collectors = [
    { nodeid: "tests", outcome: "passed", result: [] },
    { nodeid: "tests/test_broken.py", outcome: "failed", result: [], longrepr: "ImportError: no module" },
    { nodeid: 7 },
  ];
  const { run, warnings } = parseEval(JSON.stringify({ ...report, collectors }), "a");
  expect(run).toMatchObject({ total: before.total + 1, passed: before.passed, failed: before.failed + 1 });
  expect(run.tests.at(-1)).toMatchObject({ suite: "tests/test_broken.py", passed: false, error: "ImportError: no module" });
  expect(warnings).toEqual([expect.stringMatching(/^collectors\[2\]: /)]);
});

describe("a JUnit suite that failed as a whole counts as a failed test", () => {
  const passing = '<testsuite name="b" tests="1"><testcase name="t"/></testsuite>';
  const read = (suite: string) => parseEval(`<testsuites name="jest tests" errors="1">${suite}${passing}</testsuites>`, "a").run;

  it("when it states a failure that none of its tests has", () => {
    const run = read('<testsuite name="broken" errors="1" tests="0"></testsuite>');
    expect(run).toMatchObject({ total: 2, passed: 1, failed: 1 });
    expect(run.tests[0]).toMatchObject({
      suite: "broken",
      name: "broken",
      passed: false,
      error: expect.stringContaining("no test in it"),
    });
  });

  it("when it has an error of its own", () => {
    const run = read(
      '<testsuite name="broken"><testcase name="t"/><error message="no such module">at line 1</error></testsuite>',
    );
    expect(run).toMatchObject({ total: 3, passed: 2, failed: 1 });
    expect(run.tests.find(({ passed }) => !passed)).toMatchObject({ suite: "broken", error: "no such module\nat line 1" });
  });

  it("but not when a test at any depth accounts for the stated failure", () => {
    const failedTest = '<testcase name="t"><failure/></testcase>';
    expect(
      read(`<testsuite name="a" failures="1"><testsuite name="c" failures="1">${failedTest}</testsuite></testsuite>`),
    ).toMatchObject({
      total: 2,
      failed: 1,
    });
    const flaky = '<testcase name="t"><flakyFailure/></testcase>';
    expect(read(`<testsuite name="a" failures="1">${flaky}</testsuite>`)).toMatchObject({ total: 2, failed: 0 });
  });
});

describe("TAP", () => {
  const failedReport = (...block: readonly string[]): string =>
    [
      "TAP version 14",
      "not ok 1 - compares",
      "  ---",
      ...block.map((line) => `  ${line}`),
      "  ...",
      "ok 2 - adds",
      "1..2",
      "",
    ].join("\n");

  const read = (...lines: readonly string[]) => {
    const { run } = parseEval(`${lines.join("\n")}\n`, "a");
    return {
      skipped: run.tests_skipped ?? 0,
      tests: run.tests.map(({ name, passed, duration_ms }) => [
        name,
        passed,
        ...(duration_ms === undefined ? [] : [duration_ms]),
      ]),
    };
  };

  it("names the tests of a suite by the line after them, with or without a comment before them", () => {
    const bare = ["    ok 1 - adds", "        ok 1 - deep", "        1..1", "    not ok 2 - pays", "    1..2", "not ok 1 - cart"];
    const tests = [
      ["cart › adds", true],
      ["cart › pays › deep", true],
      ["cart › pays", false],
    ];
    expect(read(...bare, "1..1").tests).toEqual(tests);
    expect(read("TAP version 14", "    # Subtest: cart", "    TAP version 14", ...bare, "1..1").tests).toEqual(tests);
  });

  it("has the tests of a suite whose line is missing, as a run that stopped in it writes them", () => {
    expect(read("ok 1 - a", "    ok 1 - adds", "    Bail out! no database").tests).toEqual([
      ["a", true],
      ["adds", true],
    ]);
    expect(read("# Subtest: cart", "    ok 1 - adds", "Bail out!  no database").tests).toEqual([["cart › adds", true]]);
  });

  it("counts a suite that failed on its own once, and not the suites around it", () => {
    const innerLines = ["    # Subtest: inner", "        ok 1 - adds", "        1..1", "    not ok 1 - inner", "    1..1"];
    expect(read("# Subtest: outer", ...innerLines, "not ok 1 - outer", "ok 2 - outer too", "1..2").tests).toEqual([
      ["outer › inner › adds", true],
      ["outer › inner", false],
      ["outer too", true],
    ]);
  });

  it("has a test whose name ends with a brace, unless a closing brace ends the tests below it", () => {
    const vitest = ["ok 2 - cart # time=3ms {", "    1..1", "    ok 1 - adds # time=1.5ms", "}"];
    expect(read("ok 1 - opens {", "  ---", "  duration_ms: 2.5e-1", "  ...", ...vitest, "1..2").tests).toEqual([
      ["opens {", true, 0.25],
      ["cart › adds", true, 1.5],
    ]);
  });

  it("has directives only after a `#` between blanks, with any ending of `skip`", () => {
    expect(
      read(
        "pragma +strict",
        "not ok 1 - numbers #todo",
        "not ok 2 - issue \\# todo",
        "not ok 3 - later # TODO why \\# not",
        "ok 4 - no net # skipped: offline",
        "1..4 # all of them",
      ),
    ).toEqual({
      skipped: 2,
      tests: [
        ["numbers #todo", false],
        ["issue # todo", false],
      ],
    });
  });

  it("of a file of which nothing ran has one test that did not run", () => {
    expect(read("1..0 # SKIP no database")).toEqual({ skipped: 1, tests: [] });
    expect(() => read("1..0")).toThrow(/no test results/);
  });

  it("lines in a diagnostic block are not read as tests", () => {
    const { run } = parseEval(
      failedReport("error: |-", "  expected", "  ok then", "  not ok either", "ok: true", "not ok 5 - x"),
      "a",
    );
    expect(run).toMatchObject({ total: 2, passed: 1, failed: 1 });
    expect(run.tests[0]).toMatchObject({ name: "compares", error: "expected\nok then\nnot ok either" });
  });
});

it("same-named tests in a Surefire report are separate tests, not reruns", () => {
  const root =
    '<testsuite xsi:noNamespaceSchemaLocation="https://maven.apache.org/surefire/surefire-test-report.xsd" name="a.T">';
  const testcase = (inside: string): string => `<testcase name="adds" classname="a.T">${inside}</testcase>`;
  const { run } = parseEval(`${root}${testcase("")}${testcase("<failure/>")}${testcase("")}</testsuite>`, "a");
  expect(run).toMatchObject({ total: 3, passed: 2, failed: 1 });
});

describe("a test of JUnit's XML", () => {
  const read = (root: string, ...tests: readonly string[]) => {
    const { run } = parseEval(`<testsuites><testsuite ${root}>${tests.join("")}</testsuite></testsuites>`, "a");
    return testsOfRun(run).map(({ key, test, attempts }) => [key.name, test.passed, attempts, test.duration_ms]);
  };
  const testcase = (name: string, inside: string, time = "0.25"): string =>
    `<testcase classname="tests.test_cart" name="${name}" time="${time}">${inside}</testcase>`;
  const teardown = '<error message="failed on teardown with &quot;RuntimeError: closed&quot;">at</error>';
  const failure = '<failure message="no">at</failure>';

  it("that fails in pytest, and fails again in its teardown, needed no second attempt", () => {
    const tests = [testcase("test_pays", failure), testcase("test_adds", ""), testcase("test_pays", teardown, "0.5")];
    for (const name of ["pytest", "our tests"])
      expect(read(`name="${name}"`, ...tests)).toEqual([
        ["test_pays", false, 1, 750],
        ["test_adds", true, 1, 250],
      ]);
  });

  it("that passes or is skipped in pytest, and breaks in its teardown, failed", () => {
    const tests = [
      testcase("test_pays", teardown),
      testcase("test_ships", `<skipped type="pytest.skip" message="why"/>${teardown}`),
    ];
    expect(read('name="pytest"', ...tests, testcase("test_waits", '<skipped type="pytest.xfail" message=""/>'))).toEqual([
      ["test_pays", false, 1, 250],
      ["test_ships", false, 1, 250],
    ]);
  });

  it("that failed in Gradle, and was skipped when it was repeated, failed", () => {
    expect(read('name="shop.Cart"', testcase("pays", '<flakyFailure message="no"/><skipped/>'))).toEqual([
      ["pays", false, 1, 250],
    ]);
  });

  it.each([
    ["1134.193", 1_134_193],
    ["1,134.193", 1_134_193],
    ["1,000,134", 1_000_134_000],
    ["0,125", 125],
    ["12,5", 12_500],
    ["1,134", 1134],
    ["brief", undefined],
  ])("that took %s seconds took %s ms", (time, ms) => {
    expect(read('name="shop"', testcase("pays", "", time))).toEqual([["pays", true, 1, ms]]);
  });

  it("began when the root or the first suite did, or else the first test", () => {
    const at = (minute: number): string => `timestamp="2026-03-01T10:0${minute}:00Z"`;
    const began = (root: string, suite: string, ...tests: readonly string[]): string =>
      parseEval(
        `<testsuites ${root}><testsuite name="s" ${suite}>${tests.map((time) => `<testcase name="t" ${time}/>`).join("")}</testsuite></testsuites>`,
        "a",
      ).run.timestamp;
    expect(began(at(1), at(2), at(0))).toBe("2026-03-01T10:01:00Z");
    expect(began(at(1), "", at(2))).toBe("2026-03-01T10:01:00Z");
    expect(began("", "", at(4), at(3))).toBe("2026-03-01T10:03:00Z");
    expect(began("", "", "")).toBe("");
  });

  it("that is yet to be done in Node did not run", () => {
    const todo = `<skipped type="todo" message="later"/>${failure}`;
    expect(read('name="tests.test_cart"', testcase("pays", todo), testcase("adds", ""))).toEqual([["adds", true, 1, 250]]);
  });

  it("without a name has the name of its class", () => {
    expect(read('name="shop"', testcase("", failure))).toEqual([["tests.test_cart", false, 1, 250]]);
  });
});

it.each([
  "\u001b[31mTesting stopped early after 1 maximum allowed failures.\u001b[39m",
  "Timed out waiting 5s for the entire test run",
  "Timed out waiting 3s for the test suite to run",
])("a run ended by a Playwright limit is incomplete: %j", (message) => {
  const report = JSON.parse(textOf("playwright/results.json"));
  expect(parseEval(JSON.stringify({ ...report, errors: [{ message }] }), "a").run).toMatchObject({ _partial: true });
});

describe("Playwright", () => {
  const report = (specs: readonly object[], errors: readonly object[] = []): string =>
    JSON.stringify({
      config: { rootDir: "/" },
      stats: { startTime: "2026-03-16T08:00:00Z" },
      suites: [{ title: "a.spec.js", specs }],
      errors,
    });

  it("tests repeated by --repeat-each are attempts of one test per project", () => {
    const tests = ["passed", "failed", "passed"].flatMap((status) =>
      ["web", "mobile"].map((projectName) => ({ projectName, status: "expected", results: [{ status }] })),
    );
    const { run } = parseEval(report([{ title: "adds", tests }]), "a");
    expect(run.tests.map(({ suite, name }) => [suite, name])).toEqual(
      ["web", "mobile"].flatMap((project) => Array.from({ length: 3 }, () => [`${project} › a.spec.js`, "adds"])),
    );
  });

  it("errors outside tests are failed tests", () => {
    const spec = { title: "adds", tests: [{ status: "expected", results: [{ status: "passed" }] }] };
    const errors = [
      {
        message: "\u001b[31mSyntaxError: b.spec.js: Unexpected token\u001b[39m",
        location: { file: "/b.spec.js", line: 3, column: 1 },
      },
      { message: "Error: the global teardown failed" },
      { message: "Error: the worker did not end", location: { line: 1 } },
      { message: "Testing stopped early after 1 maximum allowed failures." },
    ];
    const { run } = parseEval(report([spec], errors), "a");
    expect(run).toMatchObject({ passed: 1, failed: 2, _partial: true });
    expect(run.tests.map(({ suite, name, passed }) => [suite, name, passed])).toEqual([
      ["a.spec.js", "adds", true],
      ["b.spec.js", "b.spec.js", false],
      [undefined, "outside tests", false],
    ]);
    expect(run.tests[1]?.error).toBe("SyntaxError: b.spec.js: Unexpected token");
    expect(run.tests[2]?.error).toContain("the worker did not end");
  });

  it("errors are reported when no test ran", () => {
    expect(() => parseEval(report([], [{ message: "Error: the global setup failed" }]), "a")).toThrow(/the global setup failed/);
  });
});

describe("the start time of a run", () => {
  const suites = (...times: readonly string[]): string =>
    `<testsuites>${times.map((time) => `<testsuite name="s" timestamp="${time}"><testcase name="t"/></testsuite>`).join("")}</testsuites>`;

  it.each([
    [["0001-01-01T00:00:00Z", "2026-03-16T08:00:00Z"], "2026-03-16T08:00:00Z"],
    [["", "2026-03-16T08:00:00"], "2026-03-16T08:00:00"],
    [["soon", "2026-03-16T08:00:00"], "2026-03-16T08:00:00"],
    [["2026-03-16T09:30:00Z", "2026-03-16T10:00:00+02:00"], "2026-03-16T10:00:00+02:00"],
    [["0001-01-01T00:00:00"], ""],
    [["soon"], "soon"],
  ])("for JUnit suites with timestamps %j is %j", (times, timestamp) => {
    expect(parseEval(suites(...times), "a").run.timestamp).toBe(timestamp);
  });

  it.each([
    [1_774_000_000_000, "2026-03-20T09:46:40.000Z"],
    [1_774_000_000, "2026-03-20T09:46:40.000Z"],
    [1_774_000_000_000_000, "2026-03-20T09:46:40.000Z"],
    [1_774_000_000_000_000_000, "2026-03-20T09:46:40.000Z"],
    [1e300, ""],
    [-62_167_219_200_001, ""],
    [0, ""],
  ])("for a CTRF start of %s is %j", (start, timestamp) => {
    const ctrf = { results: { tool: { name: "x" }, summary: { start }, tests: [{ name: "t", status: "passed" }] } };
    expect(parseEval(JSON.stringify(ctrf), "a").run.timestamp).toBe(timestamp);
  });
});

describe("an Inspect log with numbers that JSON cannot represent", () => {
  const log = JSON.parse(textOf("inspect/log.json"));
  const { samples: originalSamples, ...header } = log;
  const samples = [
    ...originalSamples,
    { id: "unscored", epoch: 1, scores: { match: { value: "@NaN", explanation: 'says "NaN" and -Infinity' } } },
    { id: "scored", epoch: 1, scores: { match: { value: "C" }, other: { value: "@-Infinity" } }, total_time: "@Infinity" },
  ];
  const textOfLog = (value: unknown): string => JSON.stringify(value).replaceAll(/"@(-?\w+)"/g, "$1");

  it("keeps its other samples and scores", () => {
    const { run } = parseEval(textOfLog({ ...log, samples }), "a");
    const before = parseEval(JSON.stringify(log), "a").run;
    expect(run).toMatchObject({
      total: before.total + 1,
      passed: before.passed + 1,
      tests_skipped: (before.tests_skipped ?? 0) + 1,
    });
    expect(run.tests.at(-1)).toMatchObject({ name: "sample scored", judge_scores: { match: 1 } });
  });

  it("can be read from an archive too", async () => {
    const bytes = buildZip([
      ...samples.map((one) => ({ name: `samples/${one.id}_epoch_${one.epoch}.json`, text: textOfLog(one) })),
      { name: "header.json", text: JSON.stringify(header) },
    ]);
    const { run } = await parseEvalContent(bytes, "a.eval");
    expect(run.total).toBe(parseEval(textOfLog({ ...log, samples }), "a").run.total);
  });

  it("is rejected when otherwise invalid, and other formats are rejected for such numbers", () => {
    expect(() => parseEval(`${textOfLog({ ...log, samples })}]`, "a")).toThrow(/not valid JSON/);
    const jest = textOf("jest/results.json").replace(/"startTime":\d+/, '"startTime":NaN');
    expect(jest).toContain("NaN");
    expect(() => parseEval(jest, "a")).toThrow(/not valid JSON/);
  });
});

describe("nested JUnit suites, as PHPUnit writes them", () => {
  const report = (root: string, separator: string): string => {
    const file = [root, "tests", "FooTest.php"].join(separator);
    const attributes = `file="${file}" class="Tests\\FooTest" classname="Tests.FooTest" time="0.25"`;
    return `<testsuites>
      <testsuite name="${[root, "phpunit.xml"].join(separator)}" tests="2" skipped="1" time="0.5">
        <testsuite name="unit" tests="2" skipped="1" time="0.5">
          <testsuite name="Tests\\FooTest" file="${file}" tests="2" skipped="1" time="0.5">
            <testcase name="adds" ${attributes}/>
            <testsuite name="Tests\\FooTest::divides" tests="1" time="0.25">
              <testcase name="divides with data set #0" ${attributes}/>
            </testsuite>
          </testsuite>
        </testsuite>
      </testsuite>
    </testsuites>`;
  };

  it.each([
    ["/home/me/app", "/"],
    ["C:\\build\\7", "\\"],
  ])("have the same names in every checkout: %s", (top, join) => {
    const { run } = parseEval(report(top, join), "a");
    expect(run.tests).toMatchObject([
      { suite: "tests/FooTest.php › phpunit.xml › unit › Tests\\FooTest", name: "adds" },
      {
        suite: "tests/FooTest.php › phpunit.xml › unit › Tests\\FooTest › Tests\\FooTest::divides",
        name: "divides with data set #0",
      },
    ]);
  });

  it("count durations and skipped tests of the outermost suites only", () => {
    const { run } = parseEval(report("/home/me/app", "/"), "a");
    expect(run).toMatchObject({ total_duration_ms: 500, total: 2, tests_skipped: 1 });
  });

  it("count durations of inner suites when outer suites state none", () => {
    const inner = [1, 2].map((n) => `<testsuite name="s${n}" time="${n}"><testcase name="t"/></testsuite>`).join("");
    expect(parseEval(`<testsuites><testsuite name="all">${inner}</testsuite></testsuites>`, "a").run.total_duration_ms).toBe(
      3000,
    );
  });

  it("keep names that only look like paths", () => {
    const suite = `<testsuite name="/api/users"><testcase name="t" file="/home/me/app/api.test.js"/></testsuite>`;
    expect(parseEval(`<testsuites>${suite}</testsuites>`, "a").run.tests).toMatchObject([{ suite: "api.test.js › /api/users" }]);
  });
});

describe("an Inspect log", () => {
  const log = JSON.parse(textOf("inspect/log.json"));
  const read = (...samples: readonly object[]) => {
    const numbered = samples.map((sample, n) => ({ id: n + 1, epoch: 1, ...sample }));
    const { run } = parseEval(JSON.stringify({ ...log, status: "cancelled", samples: numbered }), "a");
    return {
      partial: run._partial,
      skipped: run.tests_skipped,
      tests: testsOfRun(run).map(({ key, test, attempts }) => [key.name, test.passed, attempts]),
    };
  };
  const [right, wrong] = ["C", "I"].map((value) => ({ match: { value } }));
  const errors = (...messages: readonly string[]) => messages.map((message) => ({ message, traceback: "", traceback_ansi: "" }));

  it("has an attempt for each error after which a sample was run again", () => {
    expect(
      read(
        { scores: right, error_retries: errors("rate limit", "timeout") },
        { scores: wrong, error_retries: errors("rate limit") },
        { scores: right, error_retries: null },
        { error: errors("rate limit")[0], error_retries: errors("rate limit") },
      ).tests,
    ).toEqual([
      ["sample 1", true, 3],
      ["sample 2", false, 2],
      ["sample 3", true, 1],
      ["sample 4", false, 2],
    ]);
  });

  it("has these attempts before the last one of each epoch", () => {
    const { tests } = read(
      { id: "a", epoch: 2, scores: wrong, error_retries: errors("timeout") },
      { id: "a", epoch: 1, scores: right, error_retries: errors("rate limit") },
    );
    expect(tests).toEqual([["sample a", false, 4]]);
  });

  it("that was cancelled is incomplete, and the samples that were cancelled did not run", () => {
    const cancelled = ["CancelledError('Cancelled via cancel scope 7f')", "Cancelled()"].map((message) => ({
      error: errors(message)[0],
      scores: {},
    }));
    expect(read({ scores: right }, ...cancelled)).toEqual({ partial: true, skipped: 2, tests: [["sample 1", true, 1]] });
  });

  it("does not count samples that were declared invalid", () => {
    const invalidation = { timestamp: "2026-11-20T10:00:00+00:00", author: "me", reason: "wrong prompt", metadata: {} };
    expect(read({ scores: right }, { scores: wrong, invalidation })).toMatchObject({
      skipped: 1,
      tests: [["sample 1", true, 1]],
    });
  });
});

describe("mocha's JSON", () => {
  const test = (title: string, err: object = {}, more: object = { duration: 1 }) => ({
    title,
    fullTitle: `cart ${title}`,
    file: "/p/a.cjs",
    currentRetry: 0,
    ...more,
    err,
  });
  const read = (lists: Readonly<Record<"tests" | "passes" | "failures", readonly object[]>>) => {
    const { run } = parseEval(JSON.stringify({ stats: { tests: 1, passes: 1 }, pending: [], ...lists }), "a");
    return testsOfRun(run).map(({ key, test: { passed }, attempts }) => [key.name, passed, attempts]);
  };
  const [broke, twice] = [test("pays", { message: "no" }), test("adds", { message: "done() called multiple times" })];

  it("keeps tests of one name apart by their order, and not by their outcome", () => {
    const passed = test("pays");
    expect(read({ tests: [broke, passed], passes: [passed], failures: [broke] })).toEqual([
      ["cart › pays", false, 1],
      ["cart › pays #2", true, 1],
    ]);
  });

  it("has a test once that failed twice, or after it had passed", () => {
    expect(read({ tests: [broke, twice], passes: [twice], failures: [broke, broke, twice] })).toEqual([
      ["cart › pays", false, 1],
      ["cart › adds", false, 1],
    ]);
  });

  it("has a hook that failed as a failed test behind the tests", () => {
    const hook = test('"before all" hook for "one"', { message: "no database" });
    const passed = test("pays");
    expect(read({ tests: [passed], passes: [passed], failures: [hook] })).toEqual([
      ["cart › pays", true, 1],
      ['cart › "before all" hook for "one"', false, 1],
    ]);
  });
});
