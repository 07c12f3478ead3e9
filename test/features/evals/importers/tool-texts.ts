import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** The result of a test, as its tool prints it. */
export type Outcome = "passed" | "failed" | "skipped";

/** A test's names from the outermost to the innermost, separated by single spaces, and its outcome. */
export type Told = readonly [path: string, outcome: Outcome];

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
export const vitestTells = (): readonly Told[] =>
  linesOf("vitest").flatMap((line): readonly Told[] => {
    const test = /^ ([✓×↓□]) (.+?)(?: \d+ms)?(?: \(retry x\d+\))?$/.exec(line);
    if (test !== null) return [[(test[2] ?? "").replaceAll(" > ", " "), outcomeOf(test[1] ?? "")]];
    const broken = /^ FAIL {2}(\S+) \[ \S+ \]$/.exec(line);
    return broken === null ? [] : [[`${broken[1]} ${broken[1]}`, "failed"]];
  });

/** A tree of suites and tests, by indentation. `close` matches the line that ends a suite. */
function treeOf(lines: readonly string[], test: RegExp, suite: RegExp): readonly Told[] {
  const told: Told[] = [];
  const open: { depth: number; name: string }[] = [];
  for (const line of lines) {
    const depth = line.length - line.trimStart().length;
    const found = test.exec(line);
    while ((open.at(-1)?.depth ?? -1) >= depth && open.at(-1)?.name !== found?.[2]) open.pop();
    const around = suite.exec(line);
    if (found !== null) {
      // The line that ends a suite contains the suite's name.
      if (open.at(-1)?.depth === depth) open.pop();
      else told.push([[...open.map(({ name }) => name), found[2]].join(" "), outcomeOf(found[1] ?? "")]);
    } else if (around !== null) open.push({ depth, name: around[1] ?? "" });
  }
  return told;
}

const between = (lines: readonly string[], from: RegExp, to: RegExp): readonly string[] => {
  const start = lines.findIndex((line) => from.test(line));
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => to.test(line));
  return rest.slice(0, end === -1 ? undefined : end);
};

/** Jest, verbose: one tree per file, then the failures. */
export function jestTells(): readonly Told[] {
  const lines = linesOf("jest");
  const trees = ["cart", "flaky"].flatMap((name) =>
    treeOf(
      between(lines, new RegExp(`^(?:FAIL|PASS) test/${name}\\.test\\.js`), /^$|●/),
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
export const mochaTells = (): readonly Told[] =>
  treeOf(
    between(linesOf("mocha"), /^$/, /passing/).filter((line) => line !== "printed & <shown>"),
    /^\s+(✔|\d+\)|-) (.+)$/,
    /^\s+(\S.*)$/,
  );

/** Node, spec: a suite begins with ▶ and ends with a line of its own. */
export const nodeTells = (): readonly Told[] =>
  treeOf(between(["", ...linesOf("node")], /^$/, /^ℹ/), /^\s*([✔✖﹣⚠]) (.+?) \([\d.]+ms\)(?: # .*)?$/, /^\s*▶ (.+)$/).map(
    ([path, outcome]): Told => [path, path === "cart ships later" ? "skipped" : outcome],
  );

/** Playwright: lists failed and flaky tests at the end of its output; all other listed tests passed or were skipped. */
export function playwrightTells(): readonly Told[] {
  const lines = linesOf("playwright");
  const path = (text: string): string =>
    text
      .replace(/tests\/(\S+?):\d+:\d+/, "$1")
      .replaceAll(" › ", " ")
      .replace(/ ─+$/, "")
      .trim();
  const failed = new Set(between(lines, /^ {2}\d+ failed$/, /^ {2}\d+ flaky$/).map(path));
  const tests = new Map<string, Outcome>();
  for (const line of lines) {
    const found = /^ {2}([✓✘-]) +\d+ (\[.+?)(?: \(retry #\d+\))?(?: \(\d+ms\))?$/.exec(line);
    if (found === null) continue;
    const name = path(found[2] ?? "");
    tests.set(name.replace(/[[\]]/g, ""), found[1] === "-" ? "skipped" : failed.has(name) ? "failed" : "passed");
  }
  return [...tests];
}

/** pytest -v: `tests/test_a.py::TestA::test_b PASSED`; an error at the end of a test follows the test's line. */
export function pytestTells(): readonly Told[] {
  const words: Readonly<Record<string, Outcome>> = {
    PASSED: "passed",
    FAILED: "failed",
    ERROR: "failed",
    SKIPPED: "skipped",
    XFAIL: "skipped",
  };
  const tests = new Map<string, Outcome>();
  for (const line of linesOf("pytest")) {
    const found = /^(tests\/\S+) (PASSED|FAILED|ERROR|SKIPPED|XFAIL)\b/.exec(line);
    if (found !== null) tests.set(found[1] ?? "", words[found[2] ?? ""] ?? "failed");
  }
  return [...tests];
}

/** promptfoo: a table with one row per test and one column per provider and prompt. */
export const promptfooTells = (): readonly (readonly Outcome[])[] =>
  linesOf("promptfoo").flatMap((line) => {
    const marks = [...line.matchAll(/\[(PASS|FAIL)\]/g)].map(([, mark]): Outcome => (mark === "PASS" ? "passed" : "failed"));
    return marks.length === 0 ? [] : [marks];
  });
