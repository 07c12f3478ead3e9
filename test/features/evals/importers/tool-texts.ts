import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** The result of a test, as its tool prints it. */
export type Outcome = "passed" | "failed" | "skipped";

/** A test's names from the outermost to the innermost, separated by single spaces, and its outcome. */
export type TestOutcome = readonly [path: string, outcome: Outcome];

export const resultsFolder = new URL("../../../fixtures/results/", import.meta.url);

const linesOf = (tool: string): readonly string[] =>
  stripVTControlCharacters(readFileSync(new URL(`${tool}/output.txt`, resultsFolder), "utf8")).split("\n");

const signs: Readonly<Record<string, Outcome>> = {
  "✓": "passed",
  "✔": "passed",
  "×": "failed",
  "✕": "failed",
  "✖": "failed",
  "↓": "skipped",
  "□": "skipped",
  "○": "skipped",
  "✎": "skipped",
  "﹣": "skipped",
  "⚠": "skipped",
  "-": "skipped",
};

const outcomeOf = (sign: string): Outcome => {
  const outcome = signs[sign] ?? (/^\d+\)$/.test(sign) ? "failed" : undefined);
  if (outcome === undefined) throw new Error(`unknown sign ${sign}`);
  return outcome;
};

/** Vitest, verbose: ` ✓ test/a.test.js > suite > test 1ms (retry x1)`; a file that did not load is under the failed suites. */
export const vitestOutcomes = (): readonly TestOutcome[] =>
  linesOf("vitest").flatMap((line): readonly TestOutcome[] => {
    const test = /^ ([✓×↓□]) (.+?)(?: \d+ms)?(?: \(retry x\d+\))?$/.exec(line);
    if (test !== null) return [[(test[2] ?? "").replaceAll(" > ", " "), outcomeOf(test[1] ?? "")]];
    const brokenFile = /^ FAIL {2}(\S+) \[ \S+ \]$/.exec(line);
    return brokenFile === null ? [] : [[`${brokenFile[1]} ${brokenFile[1]}`, "failed"]];
  });

/** A tree of suites and tests, by indentation. `close` matches the line that ends a suite. */
function treeOf(lines: readonly string[], test: RegExp, suite: RegExp): readonly TestOutcome[] {
  const outcomes: TestOutcome[] = [];
  const open: { depth: number; name: string }[] = [];
  for (const line of lines) {
    const depth = line.length - line.trimStart().length;
    const match = test.exec(line);
    while ((open.at(-1)?.depth ?? -1) >= depth && open.at(-1)?.name !== match?.[2]) open.pop();
    const suiteMatch = suite.exec(line);
    if (match !== null) {
      // The line that ends a suite contains the suite's name.
      if (open.at(-1)?.depth === depth) open.pop();
      else outcomes.push([[...open.map(({ name }) => name), match[2]].join(" "), outcomeOf(match[1] ?? "")]);
    } else if (suiteMatch !== null) open.push({ depth, name: suiteMatch[1] ?? "" });
  }
  return outcomes;
}

const linesBetween = (lines: readonly string[], from: RegExp, to: RegExp): readonly string[] => {
  const start = lines.findIndex((line) => from.test(line));
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => to.test(line));
  return rest.slice(0, end === -1 ? undefined : end);
};

/** Jest, verbose: one tree per file, then the failures. */
export function jestOutcomes(): readonly TestOutcome[] {
  const lines = linesOf("jest");
  const trees = ["cart", "flaky"].flatMap((name) =>
    treeOf(
      linesBetween(lines, new RegExp(`^(?:FAIL|PASS) test/${name}\\.test\\.js`), /^$|●/),
      /^\s*([✓✕○✎]) (?:skipped |todo )?(.+?)(?: \(\d+ ms\))?$/,
      /^\s+(\S.*)$/,
    ),
  );
  return [
    ...trees,
    ...(lines.some((line) => /^FAIL test\/broken\.test\.js/.test(line)) ? [["test/broken.test.js", "failed"] as const] : []),
  ];
}

/** mocha, spec. */
export const mochaOutcomes = (): readonly TestOutcome[] =>
  treeOf(
    linesBetween(linesOf("mocha"), /^$/, /passing/).filter((line) => line !== "printed & <shown>"),
    /^\s+(✔|\d+\)|-) (.+)$/,
    /^\s+(\S.*)$/,
  );

/** Node, spec: a suite begins with ▶ and ends with a line of its own. */
export const nodeOutcomes = (): readonly TestOutcome[] =>
  treeOf(linesBetween(["", ...linesOf("node")], /^$/, /^ℹ/), /^\s*([✔✖﹣⚠]) (.+?) \([\d.]+ms\)(?: # .*)?$/, /^\s*▶ (.+)$/).map(
    ([path, outcome]): TestOutcome => [path, path === "cart ships later" ? "skipped" : outcome],
  );

/** Playwright: lists failed and flaky tests at the end of its output; all other listed tests passed or were skipped. */
export function playwrightOutcomes(): readonly TestOutcome[] {
  const lines = linesOf("playwright");
  const path = (text: string): string =>
    text
      .replace(/tests\/(\S+?):\d+:\d+/, "$1")
      .replaceAll(" › ", " ")
      .replace(/ ─+$/, "")
      .trim();
  const failed = new Set(linesBetween(lines, /^ {2}\d+ failed$/, /^ {2}\d+ flaky$/).map(path));
  const tests = new Map<string, Outcome>();
  for (const line of lines) {
    const match = /^ {2}([✓✘-]) +\d+ (\[.+?)(?: \(retry #\d+\))?(?: \(\d+ms\))?$/.exec(line);
    if (match === null) continue;
    const name = path(match[2] ?? "");
    tests.set(name.replace(/[[\]]/g, ""), match[1] === "-" ? "skipped" : failed.has(name) ? "failed" : "passed");
  }
  return [...tests];
}

/** pytest -v: `tests/test_a.py::TestA::test_b PASSED`; an error at the end of a test follows the test's line. */
export function pytestOutcomes(): readonly TestOutcome[] {
  const outcomeByWord: Readonly<Record<string, Outcome>> = {
    PASSED: "passed",
    FAILED: "failed",
    ERROR: "failed",
    SKIPPED: "skipped",
    XFAIL: "skipped",
  };
  const tests = new Map<string, Outcome>();
  for (const line of linesOf("pytest")) {
    const match = /^(tests\/\S+) (PASSED|FAILED|ERROR|SKIPPED|XFAIL)\b/.exec(line);
    if (match !== null) tests.set(match[1] ?? "", outcomeByWord[match[2] ?? ""] ?? "failed");
  }
  return [...tests];
}

/** promptfoo: a table with one row per test and one column per provider and prompt. */
export const promptfooOutcomes = (): readonly (readonly Outcome[])[] =>
  linesOf("promptfoo").flatMap((line) => {
    const marks = [...line.matchAll(/\[(PASS|FAIL)\]/g)].map(([, mark]): Outcome => (mark === "PASS" ? "passed" : "failed"));
    return marks.length === 0 ? [] : [marks];
  });
