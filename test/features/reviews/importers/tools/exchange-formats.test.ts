import { describe, expect, it } from "vitest";
import type { ToolFinding } from "../../../../../src/features/reviews/importers/tools/define-format.ts";
import { readOutput } from "../../../../../src/features/reviews/importers/tools/detect-format.ts";
import { readFixture } from "./fixtures.ts";

const read = (name: string) => readOutput(readFixture(name), name);

/** The findings in Biome's own text, as `src/a.ts:3 rule message`; the heading of a rewrite has no line. */
const biomeTextLines = (text: string): readonly string[] =>
  text.split("\n").flatMap((line) => {
    const [, path = "", at, rule = "", message = ""] = /^[!×i] (.+?):(?:(\d+):\d+:)? ([\w/]+): (.*)$/.exec(line) ?? [];
    return rule === "" ? [] : [`${path}:${at ?? "-"} ${rule} ${message}`];
  });

const withLine = (lines: readonly string[]): readonly string[] => lines.filter((line) => !line.includes(":- ")).sort();
const findingLines = (findings: readonly ToolFinding[]): readonly string[] =>
  findings
    .filter(({ line }) => line !== null)
    .map(({ path, line, rule, message }) => `${(path ?? "").replace("/project/", "")}:${line} ${rule} ${message}`)
    .sort();

describe("JUnit XML of a linter", () => {
  it("contains the findings of ESLint's own text output", () => {
    let file = "";
    const expected = readFixture("junit/eslint-8.57.1.txt")
      .split("\n")
      .flatMap((text) => {
        if (text.startsWith("/")) file = text;
        const [, line, severity, message, rule] = /^ {2}(\d+):\d+ +(error|warning) +(.+?)(?: {2,}([\w-]+))?$/.exec(text) ?? [];
        return line === undefined ? [] : [[file, Number(line), severity, (message ?? "").trim(), rule ?? "tool_error"]];
      });
    expect(expected).toHaveLength(7);
    const { findings, skipped } = read("junit/eslint-8.57.1.xml");
    expect(
      findings.map(({ path, line, severity, message, rule }) => [path, line, severity, message.replace(/\.$/, ""), rule]),
    ).toEqual(expected);
    expect(findings.map(({ category }) => category)).toEqual([
      "clean_code",
      "yagni",
      "style",
      "yagni",
      "clean_code",
      "style",
      "tool_error",
    ]);
    expect(findings.every(({ tool, always }) => tool === "eslint" && always === undefined)).toBe(true);
    expect(skipped).toEqual([]);
  });

  it("contains the findings of Ruff, and a clean result for a run without findings", () => {
    const suite = (cases: string) =>
      `<testsuites name="ruff"><testsuite name="/project/a.py" package="org.ruff">${cases}</testsuite></testsuites>`;
    const testcase = `<testcase name="org.ruff.F401" classname="/project/a" line="1" column="8"><failure message="\`os\` imported but unused">line 1, col 8, \`os\` imported but unused</failure></testcase>`;
    expect(readOutput(suite(`${testcase}${testcase.replaceAll("line 1", "line 4")}`), "junit.xml").findings).toMatchObject([
      { tool: "ruff", rule: "F401", path: "/project/a.py", line: 1, severity: "warning", message: "`os` imported but unused" },
      { tool: "ruff", rule: "F401", path: "/project/a.py", line: 4 },
    ]);
    const clean = suite('<testcase name="No errors found" classname="ruff" />');
    expect(readOutput(clean, "junit.xml")).toMatchObject({ findings: [], ran: true });
  });
});

describe("findings of one Biome run", () => {
  const text = withLine(biomeTextLines(readFixture("biome/2.6.8.txt")));
  it.each([
    ["biome/2.6.8.sarif", "biome", 0],
    ["biome/2.6.8.gitlab.json", "gitlab", 0],
    ["biome/2.6.8.rdjson.json", "biome", 0],
    ["rdjsonl/biome-2.6.8.jsonl", "biome", 0],
    ["github-text/biome-2.6.8.txt", "github", 0],
    ["github/biome-2.6.8.json", "github", 0],
  ])("match its own text output in %s", (name, tool, skipped) => {
    const { findings, skipped: skippedEntries } = read(name);
    const lines = findingLines(findings);
    // For a file that is not formatted, the formats name the first line that differs.
    expect(lines.filter((line) => !/ format | organizeImports /.test(line))).toEqual(
      text.filter((line) => !/ format | organizeImports /.test(line)),
    );
    expect(new Set(findings.map((one) => one.tool))).toEqual(new Set([tool]));
    expect(skippedEntries).toHaveLength(skipped);
  });

  it("have the same severities in every format", () => {
    const severityOf = (name: string, rule: string) => read(name).findings.find((one) => one.rule === rule)?.severity;
    for (const name of [
      "biome/2.6.8.sarif",
      "biome/2.6.8.rdjson.json",
      "github-text/biome-2.6.8.txt",
      "github/biome-2.6.8.json",
    ]) {
      expect([severityOf(name, "lint/suspicious/noDebugger"), severityOf(name, "lint/suspicious/noExplicitAny")]).toEqual([
        "error",
        "warning",
      ]);
    }
    // Biome's warnings are "major" and its errors "critical".
    const name = "biome/2.6.8.gitlab.json";
    expect([severityOf(name, "lint/suspicious/noDebugger"), severityOf(name, "lint/suspicious/noExplicitAny")]).toEqual([
      "error",
      "warning",
    ]);
  });
});

describe("findings of one Ruff run", () => {
  it.each(["ruff/0.16.10.gitlab.json", "ruff/0.16.10.rdjson.json"])("include those of its own JSON in %s", (name) => {
    const key = ({ rule, line, path }: ToolFinding): string => `${(path ?? "").replace("/project/", "")}:${line} ${rule}`;
    const ownFindings = read("ruff/0.16.10.json").findings.filter(({ rule }) => rule !== null && rule !== "tool_error");
    const reported = read(name).findings.map(key);
    for (const one of ownFindings.map(key)) expect(reported).toContain(one);
  });
});

describe("GitHub workflow commands", () => {
  const commands = (...lines: readonly string[]) => readOutput(["> lint", ...lines, "Done"].join("\n"), "log").findings;

  it("are read with properties in any order and with escaped characters", () => {
    expect(
      commands(
        "::error file=src/a%2Cb.ts,line=3,title=Ruff (E501)::Line too long%0A100%25",
        "::notice line=0,file=a.ts::no line",
        "::warning file=a.ts,line=2,title=two words::of no rule",
        "::error::of the job",
        "::debug file=a.ts::nothing",
      ),
    ).toMatchObject([
      { tool: "ruff", rule: "E501", severity: "warning", path: "src/a,b.ts", line: 3, message: "Line too long\n100%" },
      { tool: "github", rule: null, severity: "info", path: "a.ts", line: null },
      { tool: "github", rule: null, severity: "warning", path: "a.ts", line: 2 },
    ]);
  });
});

describe("JUnit", () => {
  /** The tests that failed or broke, as counted by the tools. */
  it.each([
    ["node", "/project/test/cart.test.mjs"],
    ["mocha", "/project/test/cart.cjs"],
    ["pytest", null],
    ["vitest", "test/cart.test.js"],
    ["jest", null],
    ["playwright", "cart.spec.js"],
  ])("of %s has a finding for each test that did not pass", (tool, path) => {
    const name = `junit/${tool}.xml`;
    const { findings, skipped } = read(name);
    const text = readFixture(name);
    const cases = text.split("<testcase").slice(1);
    const failed = cases.filter((one) => /<(?:failure|error)[\s>]/.test(one) && !one.includes('<skipped type="todo"'));
    expect(findings).toHaveLength(failed.length);
    expect(skipped).toEqual([]);
    for (const one of findings) {
      expect(one).toMatchObject({
        tool: "junit",
        category: "testing",
        severity: "error",
        fixable: false,
        line: null,
        always: true,
      });
      expect(["TEST_FAILURE", "TEST_ERROR"]).toContain(one.rule);
      expect(one.message).not.toBe("");
    }
    expect(findings.map((one) => one.path)).toContain(path);
  });

  it("findings name the failed test and the reason", () => {
    expect(read("junit/vitest.xml").findings[1]).toMatchObject({
      message: "cart > removes an item: expected 2 to be 1 // Object.is equality",
      rule: "TEST_FAILURE",
    });
  });

  it.each([
    [
      "states an error that no test has",
      '<testsuite name="a.test.js" errors="1" tests="0"></testsuite>',
      "TEST_ERROR",
      "a.test.js: the suite states a failure, and no test in it has one",
    ],
    [
      "has an error of its own",
      '<testsuite name="a.test.js"><error message="no such module"/></testsuite>',
      "TEST_ERROR",
      "a.test.js: no such module",
    ],
    [
      "has a failed test",
      '<testsuite name="a.test.js" failures="1"><testcase name="t"><failure message="m"/></testcase></testsuite>',
      "TEST_FAILURE",
      "t: m",
    ],
  ])("of a suite that %s has one finding", (_, suite, rule, message) => {
    const passing = '<testsuite name="b" tests="1"><testcase name="t"/></testsuite>';
    const { findings } = readOutput(`<testsuites errors="1">${suite}${passing}</testsuites>`, "junit.xml");
    expect(findings).toEqual([expect.objectContaining({ rule, message })]);
  });

  const findingsOf = (text: string) => readOutput(text, "junit.xml").findings.map(({ rule, message }) => [rule, message]);
  const failure = (message: string): string => `<failure message="${message}" type="E">${message}</failure>`;

  it("of Gradle charges a test by its last attempt, which is a test of its own or stands in one", () => {
    const testcase = (name: string, inside = ""): string => `<testcase name="${name}" classname="shop.Cart">${inside}</testcase>`;
    const suite = (...tests: readonly string[]): string =>
      `<testsuite name="shop.Cart" failures="4" errors="0"><properties/>${tests.join("")}</testsuite>`;
    expect(
      findingsOf(
        suite(
          testcase("loads", failure("once")),
          testcase("pays", failure("first")),
          testcase("adds"),
          testcase("ships", failure("no")),
          testcase("loads"),
          testcase("pays", failure("second")),
          testcase("ships", "<skipped/>"),
        ),
      ),
    ).toEqual([
      ["TEST_FAILURE", "pays: second"],
      ["TEST_FAILURE", "ships: no"],
    ]);
    const rerun = '<rerunFailure message="second" type="E"><stackTrace>at</stackTrace></rerunFailure>';
    expect(
      findingsOf(
        suite(
          testcase("loads", '<flakyFailure message="once"><stackTrace>at</stackTrace></flakyFailure>'),
          testcase("pays", `${failure("first")}${rerun}`),
          testcase("ships", '<flakyFailure message="no"/><skipped/>'),
        ),
      ),
    ).toEqual([
      ["TEST_FAILURE", "pays: first"],
      ["TEST_FAILURE", "ships: no"],
    ]);
  });

  it("has a finding for each failed row of a table whose rows share a name", () => {
    const testcase = (name: string, inside = ""): string => `<testcase name="${name}" classname="shop.Cart">${inside}</testcase>`;
    const rows = [testcase("pays"), testcase("pays", failure("second")), testcase("pays"), testcase("adds", failure("first"))];
    expect(findingsOf(`<testsuite name="shop.Cart">${rows.join("")}${testcase("adds")}</testsuite>`)).toEqual([
      ["TEST_FAILURE", "pays: second"],
      ["TEST_FAILURE", "adds: first"],
    ]);
  });

  it("of pytest has one finding for a test that fails, and fails again in its teardown", () => {
    const testcase = (inside: string): string =>
      `<testcase classname="tests.test_cart" name="test_pays" time="0.25">${inside}</testcase>`;
    const teardown = '<error message="failed on teardown with &quot;RuntimeError: closed&quot;">at</error>';
    expect(
      findingsOf(
        `<testsuites><testsuite name="pytest" errors="1" failures="1">${testcase(failure("no"))}${testcase(teardown)}</testsuite></testsuites>`,
      ),
    ).toEqual([["TEST_FAILURE", "test_pays: no"]]);
  });

  it("of Node has no finding for a test that is yet to be done, and one for each of several tests of one name", () => {
    const testcase = (name: string, inside = ""): string => `<testcase name="${name}" classname="test">${inside}</testcase>`;
    const todo = `<skipped type="todo" message="later"/>${failure("not yet")}`;
    const text = `<testsuites>${testcase("ships", todo)}${testcase("adds", failure("no"))}${testcase("adds")}</testsuites>`;
    expect(findingsOf(text)).toEqual([["TEST_FAILURE", "adds: no"]]);
  });

  it("names the class of a failure before its first test, which has no name in Surefire's report", () => {
    const text =
      '<testsuite name="shop.CartTest"><testcase name="" classname="shop.CartTest"><error message="no database"/></testcase></testsuite>';
    expect(findingsOf(text)).toEqual([["TEST_ERROR", "shop.CartTest: no database"]]);
  });

  it("with an entity declaration is rejected", () => {
    const text =
      '<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><testsuites><testsuite><testcase name="&x;"/></testsuite></testsuites>';
    expect(() => readOutput(text, "junit.xml")).toThrow(expect.objectContaining({ code: "invalid_xml" }));
  });
});

describe("severities of a tool that reports all findings as errors", () => {
  const severities = (name: string): readonly string[] => [
    ...new Set(read(name).findings.map(({ rule, severity }) => `${rule} ${severity}`)),
  ];

  it.each(["ruff/0.16.10.gitlab.json", "ruff/0.16.10.rdjson.json", "ruff/0.16.10.jsonl", "ruff/0.16.10.txt"])(
    "match its own format in %s",
    (name) => {
      const ownSeverities = severities("ruff/0.16.10.json");
      expect(ownSeverities.some((one) => one.endsWith(" error")) && ownSeverities.some((one) => one.endsWith(" warning"))).toBe(
        true,
      );
      // GitLab's form does not name the tool.
      if (name.includes("gitlab")) expect(new Set(read(name).findings.map(({ tool }) => tool))).toEqual(new Set(["gitlab"]));
      else expect(severities(name).toSorted()).toEqual(ownSeverities.toSorted());
    },
  );

  it("match its own format in SARIF, regardless of the stated level", () => {
    expect(severities("ruff/0.16.10.small.sarif").toSorted()).toEqual(severities("ruff/0.16.10.small.txt").toSorted());
  });

  const sarifOf = (name: string, ruleId: string, level: string): string =>
    JSON.stringify({
      version: "2.1.0",
      runs: [{ tool: { driver: { name } }, results: [{ ruleId, level, message: { text: "m" } }] }],
    });

  it.each([
    ["Ruff", "E501", "error", "warning"],
    ["ruff", "F821", "error", "error"],
    ["ruff", "invalid-syntax", "error", "error"],
    ["ruff", "E501", "note", "info"],
    ["flake8", "W291", "error", "warning"],
    ["Pylint", "C0301", "note", "warning"],
    ["pylint", "R0913", "note", "warning"],
    ["pylint", "E0602", "error", "error"],
    ["CodeQL", "E501", "error", "error"],
  ])("%s's %s at level %s in SARIF is of severity %s", (tool, rule, level, severity) => {
    expect(readOutput(sarifOf(tool, rule, level), "a.sarif").findings).toMatchObject([{ rule, severity }]);
  });
});
