import { describe, expect, it } from "vitest";
import { parseEval } from "../../../../src/features/evals/importers/eval-file.ts";
import { testsOfRun } from "../../../../src/features/evals/model/attempts.ts";
import { compareNames } from "../../../../src/kernel/compare-names.ts";

type Outcome = Readonly<{ name: string; passed: boolean }>;

const jest = (tests: readonly Outcome[]): string =>
  JSON.stringify({
    numTotalTests: tests.length,
    startTime: 1_774_000_000_000,
    testResults: [
      {
        name: "a.test.js",
        status: tests.every(({ passed }) => passed) ? "passed" : "failed",
        assertionResults: tests.map(({ name, passed }) => ({
          ancestorTitles: [],
          title: name,
          status: passed ? "passed" : "failed",
        })),
      },
    ],
  });

const playwright = (tests: readonly Outcome[]): string =>
  JSON.stringify({
    config: { rootDir: "/" },
    stats: { startTime: "2026-03-16T08:00:00Z" },
    suites: [
      {
        title: "a.spec.js",
        specs: tests.map(({ name, passed }) => ({
          title: name,
          tests: [{ status: passed ? "expected" : "unexpected", results: [{ status: passed ? "passed" : "failed" }] }],
        })),
      },
    ],
  });

const mocha = (tests: readonly Outcome[]): string => {
  const entries = (passing: boolean) =>
    tests.filter(({ passed }) => passed === passing).map(({ name }) => ({ title: name, fullTitle: name }));
  return JSON.stringify({ stats: { tests: 0, passes: 0 }, passes: entries(true), failures: entries(false), pending: [] });
};

const ctrf = (tests: readonly Outcome[]): string =>
  JSON.stringify({
    results: {
      tool: { name: "x" },
      summary: {},
      tests: tests.map(({ name, passed }) => ({ name, status: passed ? "passed" : "failed" })),
    },
  });

const tap = (tests: readonly Outcome[]): string =>
  [
    "TAP version 13",
    ...tests.map(({ name, passed }, n) => `${passed ? "" : "not "}ok ${n + 1} - ${name}`),
    `1..${tests.length}`,
  ].join("\n");

const junit =
  (root: string) =>
  (tests: readonly Outcome[]): string =>
    `<testsuites ${root}><testsuite name="s">${tests
      .map(({ name, passed }) => `<testcase name="${name}" classname="s">${passed ? "" : '<failure message="x"/>'}</testcase>`)
      .join("")}</testsuite></testsuites>`;

const nodeJunit = (tests: readonly Outcome[]): string =>
  `<testsuites>${tests
    .map(({ name, passed }) => `<testcase name="${name}" classname="test">${passed ? "" : '<failure message="x"/>'}</testcase>`)
    .join("")}</testsuites>`;

const readOutcomes = (text: string) =>
  testsOfRun(parseEval(text, "a").run)
    .map(({ key, test, attempts }) => [key.name.replace("s › ", ""), test.passed, attempts] as const)
    .sort(([a], [b]) => compareNames(a, b));

const formats: readonly (readonly [string, (tests: readonly Outcome[]) => string])[] = [
  ["Jest or Vitest", jest],
  ["Playwright", playwright],
  ["mocha", mocha],
  ["CTRF", ctrf],
  ["TAP", tap],
  ["Vitest's JUnit", junit('name="vitest tests"')],
  ["Jest's JUnit", junit('name="jest tests"')],
  ["mocha's JUnit", junit('name="Mocha Tests"')],
  ["Playwright's JUnit", junit('id="" name=""')],
  ["Node's JUnit", nodeJunit],
  ["any other JUnit", junit('name="other"')],
];

describe.each(formats)("results of %s", (_, textOf) => {
  it("keep tests of the same name separate, so a pass cannot hide a failure", () => {
    const tests = [
      { name: "adds", passed: true },
      { name: "adds", passed: false },
      { name: "adds", passed: true },
    ];
    const rows = readOutcomes(textOf(tests));
    expect(rows.map(([name, , attempts]) => [name, attempts])).toEqual([
      ["adds", 1],
      ["adds #2", 1],
      ["adds #3", 1],
    ]);
    expect(rows.filter(([, passed]) => passed === false)).toHaveLength(1);
    expect(parseEval(textOf(tests), "a").run).toMatchObject({ total: 3, passed: 2, failed: 1 });
  });

  it("number same-named tests without colliding with existing names", () => {
    const names = ["adds", "adds", "adds #2", "adds #2", "caf\u0065\u0301", "caf\u00e9"];
    const rows = readOutcomes(textOf(names.map((name) => ({ name, passed: true }))));
    expect(rows.map(([name]) => name)).toEqual(["adds", "adds #2", "adds #2 #2", "adds #3", "caf\u00e9", "caf\u00e9 #2"]);
  });
});

describe("same-named tests in a generic JUnit report", () => {
  const outcomes = (...names: readonly string[]): readonly Outcome[] =>
    names.map((name) => ({ name: name.replace("!", ""), passed: !name.startsWith("!") }));
  const suite = (...names: readonly string[]): string => junit('name="other"')(outcomes(...names));
  const suites = (...texts: readonly string[]): string => `<testsuites name="other">${texts.join("")}</testsuites>`;

  it("are attempts of one test if what failed is repeated", () => {
    expect(readOutcomes(suite("!adds", "adds"))).toEqual([["adds", true, 2]]);
    expect(readOutcomes(suite("adds", "!pays", "ships", "pays"))).toEqual([
      ["adds", true, 1],
      ["pays", true, 2],
      ["ships", true, 1],
    ]);
  });

  it("are attempts of one test if tests that passed are repeated with one that failed", () => {
    expect(readOutcomes(suite("!row 1", "row 2", "row 1", "row 2"))).toEqual([
      ["row 1", true, 2],
      ["row 2", true, 2],
    ]);
  });

  it("are tests of their own if one that passed is repeated and nothing had failed", () => {
    expect(readOutcomes(suite("adds", "pays", "!adds", "pays"))).toEqual([
      ["adds", true, 1],
      ["adds #2", false, 1],
      ["pays", true, 1],
      ["pays #2", true, 1],
    ]);
  });

  it("are tests of their own in all tables of a report if one shows that rows share a name", () => {
    expect(readOutcomes(suite("!adds", "adds", "pays", "pays"))).toEqual([
      ["adds", false, 1],
      ["adds #2", true, 1],
      ["pays", true, 1],
      ["pays #2", true, 1],
    ]);
  });

  it("are tests of their own in suites of several machines", () => {
    expect(readOutcomes(suites(suite("!adds", "pays"), suite("adds", "pays")))).toEqual([
      ["adds", false, 1],
      ["adds #2", true, 1],
      ["pays", true, 1],
      ["pays #2", true, 1],
    ]);
  });
});
