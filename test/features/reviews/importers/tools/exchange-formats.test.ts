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
    expect(
      readOutput(suite(`${testcase}${testcase.replace('line="1"', 'line="4"').replace("line 1", "line 4")}`), "junit.xml")
        .findings,
    ).toMatchObject([
      { tool: "ruff", rule: "F401", path: "/project/a.py", line: 1, severity: "warning", message: "`os` imported but unused" },
      { tool: "ruff", rule: "F401", path: "/project/a.py", line: 4 },
    ]);
    const syntax = `<testcase name="org.ruff"><failure message="SyntaxError: Expected an expression">line 2, col 1, SyntaxError: Expected an expression</failure></testcase>`;
    const notebook = `<testcase name="org.ruff.F401"><failure message="\`os\` imported but unused">\n  \`os\` imported but unused\n</failure></testcase>`;
    expect(readOutput(suite(`${syntax}${notebook}`), "junit.xml").findings).toMatchObject([
      { tool: "ruff", rule: "invalid-syntax", category: "tool_error", line: 2, severity: "error" },
      { tool: "ruff", rule: "F401", path: "/project/a.py", line: null },
    ]);
    const clean = suite('<testcase name="No errors found" classname="ruff" />');
    expect(readOutput(clean, "junit.xml")).toMatchObject({ findings: [], ran: true });
  });

  it.each<[name: string, tool: string, findings: readonly string[]]>([
    [
      "biome-2.6.8",
      "biome",
      [
        "error src/a.ts:1 lint/suspicious/noExplicitAny: Unexpected any. Specify a different type.",
        "error src/a.ts:3 lint/correctness/noUnusedVariables: This variable unused is unused.",
        "error src/a.ts:5 lint/correctness/noUnusedVariables: This variable x is unused.",
        "error src/a.ts:2 lint/suspicious/noDebugger: This is an unexpected use of the debugger statement.",
        "error src/a.ts:4 lint/suspicious/noDoubleEquals: Using == may be unsafe if you are relying on type coercion.",
        "error src/a.ts:5 lint/suspicious/noImplicitAnyLet: This variable implicitly has the any type.",
        "error src/a.ts:4 lint/security/noGlobalEval: Do not use eval().",
        "error src/bad.ts:1 parse: Expected an identifier, an array pattern, or an object pattern but instead found '='.",
        "error src/bad.ts:1 parse: expected `,` but instead found `;`",
        "error src/bad.ts:1 parse: Expected an identifier, an array pattern, or an object pattern but instead found '='.",
      ],
    ],
    [
      "oxlint-1.94.0",
      "oxlint",
      [
        "warning src/a.ts:3 eslint(no-unused-vars): Variable 'unused' is declared but never used. Unused variables should start with a '_'.",
        "warning src/a.ts:5 eslint(no-unused-vars): Variable 'x' is declared but never used. Unused variables should start with a '_'.",
        "warning src/a.ts:2 eslint(no-debugger): `debugger` statement is not allowed",
        "warning src/a.ts:4 eslint(no-eval): eval can be harmful.",
        "error src/bad.ts:1 tool_error: Unexpected token",
      ],
    ],
    [
      "stylelint-0.2.2",
      "stylelint",
      [
        'warning /project/a.css:1 color-hex-length: Expected "#FFF" to be "#FFFFFF"',
        'error /project/a.css:2 declaration-block-no-duplicate-properties: Duplicate property "color"',
        'error /project/a.css:1 property-no-unknown: Unknown property "colr"',
        "error /project/bad.css:1 CssSyntaxError: Unclosed block",
      ],
    ],
    [
      "golangci-lint",
      "golangci-lint",
      [
        "warning path/to/filea.go:10 gosimple: S1005: unnecessary assignment: use _",
        "error path/to/fileb.go:300 govet: printf: wrong type",
        "error path/to/fileb.go:7 errcheck: unchecked error",
      ],
    ],
    [
      "cfn-lint",
      "cfn-lint",
      [
        "error templates/web.yaml:12 E3012: '80' is not of type 'integer'",
        "error C:\\templates\\web.yaml:14 E3012: 'a' at 'b' is not of type 'integer'",
        "warning templates/web.yaml:3 W2001: Parameter Size not used.",
      ],
    ],
    ...["mypy-2.4.0", "mypy-2.4.0.file", "mypy-2.4.0.pretty"].map((name): [string, string, string[]] => [
      name,
      "mypy",
      [
        'error pkg/b.py:1 import-not-found: Cannot find implementation or library stub for module named "nope"',
        'error pkg/a.py:2 return-value: Incompatible return value type (got "int", expected "str")',
        'error pkg/a.py:6 arg-type: Argument 1 to "f" has incompatible type "str"; expected "int"',
        'error pkg/a.py:7 return-value: Incompatible return value type (got "None", expected "int")',
        'error pkg/a.py:15 override: Argument 1 of "m" is incompatible with supertype "Base"; supertype defines the argument type as "int"',
      ],
    ]),
  ])("contains the findings in %s.xml", (name, tool, expected) => {
    const { findings, ran, skipped } = read(`junit/${name}.xml`);
    expect(findings.map(({ severity, path, line, rule, message }) => `${severity} ${path}:${line} ${rule}: ${message}`)).toEqual(
      expected,
    );
    expect(findings.every((one) => one.tool === tool && one.always === undefined)).toBe(true);
    expect([ran, skipped]).toEqual([true, []]);
  });

  it.each(["eslint-8.57.1", "golangci-lint", "mypy-2.4.0.pretty"])("has the same findings in %s.xml with CRLF", (name) => {
    const text = readFixture(`junit/${name}.xml`);
    expect(readOutput(text.replaceAll("\n", "\r\n"), name)).toEqual(readOutput(text, name));
  });

  it("is none of golangci-lint if a failed test prints a finding of it, however often", () => {
    const printed = "\nCategory: errcheck\nFile: a.go\nLine: 3";
    const report = (text: string) =>
      readOutput(
        `<testsuite name="a" failures="1"><testcase name="parses" classname="a"><failure>${text}</failure></testcase></testsuite>`,
        "junit.xml",
      ).findings;
    for (const text of [`Error: got: x${printed}\nDetails: y`, `Error: x${printed.repeat(20_000)}`])
      expect(report(text)).toMatchObject([{ tool: "junit", rule: "TEST_FAILURE", always: true }]);
  });

  it("is one of cfn-lint if its place is at the end of a long message only", () => {
    const report = (text: string) =>
      readOutput(
        `<testsuite name="CloudFormation Lint"><testcase name="E3002 Properties"><failure>${text}</failure></testcase></testsuite>`,
        "junit.xml",
      ).findings;
    const long = "Invalid at x:1:".repeat(20_000);
    expect(report(`${long} at my stacks at work/a.yaml:7:5`)).toMatchObject([{ tool: "cfn-lint", rule: "E3002", line: 7 }]);
    expect(report(long)).toMatchObject([{ tool: "junit", rule: "TEST_FAILURE" }]);
  });

  it.each(["biome-2.6.8.clean", "oxlint-1.94.0.clean", "mypy-2.4.0.clean"])(
    "shows in %s.xml that the code was checked",
    (name) => {
      expect(read(`junit/${name}.xml`)).toMatchObject({ findings: [], skipped: [], ran: true });
    },
  );

  it("of Biome without an error has warnings, and names errors that Biome leaves out as they have no place", () => {
    const warnings = readFixture("junit/biome-2.6.8.xml").replace('errors="9"', 'errors="0"');
    expect(new Set(readOutput(warnings, "junit.xml").findings.map(({ severity }) => severity))).toEqual(new Set(["warning"]));
    const skipped = [{ place: "Biome's summary", reason: "JUnit XML leaves out 1 error without a place; use --reporter=json" }];
    expect(read("junit/biome-2.6.8.format.xml")).toMatchObject({ findings: [], skipped, ran: false });
    const more = readFixture("junit/biome-2.6.8.xml").replace('errors="9"', 'errors="11"');
    const reading = readOutput(more, "junit.xml");
    expect([reading.findings.length, reading.skipped, reading.ran]).toEqual([10, skipped, true]);
  });

  it("of Stylelint has a warning for a file of which the formatter leaves out the warnings", () => {
    expect(read("junit/stylelint-0.2.2.warnings.xml")).toMatchObject({
      findings: [{ tool: "stylelint", rule: null, severity: "warning", path: "/project/a.css", line: null }],
      ran: true,
    });
  });

  it("of mypy has an error of the tool for any other text, and nothing for notes", () => {
    const report = (text: string) =>
      readOutput(
        `<testsuite errors="1" failures="0" name="mypy" tests="1"><testcase classname="mypy" file="mypy" name="mypy-py3_11-linux"><failure message="mypy produced messages">${text}</failure></testcase></testsuite>`,
        "junit.xml",
      );
    expect(report("mypy: can't read file 'a': No such file or directory").findings).toMatchObject([
      { tool: "mypy", rule: "tool_error", severity: "error", path: null },
    ]);
    expect(report('a.py:1: note: Revealed type is "builtins.int"')).toMatchObject({ findings: [], ran: true });
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
