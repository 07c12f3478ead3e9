import { describe, expect, it } from "vitest";
import type { ToolFinding } from "../../../../../src/features/reviews/importers/tools/define-format.ts";
import { readOutput } from "../../../../../src/features/reviews/importers/tools/detect-format.ts";
import { readFixture } from "./fixtures.ts";

/** The fields of a finding in a tool's text output; fields that the output does not contain are left out. */
type TextFinding = Partial<Pick<ToolFinding, "path" | "line" | "rule" | "severity" | "message" | "fixable">>;

/** Words for severities, as text outputs abbreviate them. */
const severities: Readonly<Record<string, ToolFinding["severity"]>> = {
  error: "error",
  E: "error",
  "×": "error",
  ERROR: "error",
  Error: "error",
  High: "error",
  warning: "warning",
  W: "warning",
  R: "warning",
  C: "warning",
  "!": "warning",
  WARN: "warning",
  Warning: "warning",
  Medium: "warning",
  note: "info",
  info: "info",
  style: "warning",
  Low: "info",
};

/** Builds a finding from the named groups of a pattern. */
function toTextFinding(groups: Readonly<Record<string, string | undefined>>): TextFinding {
  const { line, severity, fixable, ...texts } = groups;
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(severity === undefined ? {} : { severity: severities[severity] ?? "warning" }),
    ...(fixable === undefined ? {} : { fixable: fixable !== "" }),
  };
}

/** Parses one finding per matching line. */
const lineParser =
  (pattern: RegExp) =>
  (text: string): readonly TextFinding[] =>
    text.split("\n").flatMap((line) => {
      const groups = pattern.exec(line)?.groups;
      return groups === undefined ? [] : [toTextFinding(groups)];
    });

/** Parses output in which the path is on a line above its findings. */
function stylish(text: string): readonly TextFinding[] {
  let path = "";
  return text.split("\n").flatMap((line) => {
    if (line.startsWith("/")) path = line;
    const findings = lineParser(/^ +(?<line>\d+):\d+ +(?<severity>error|warning) +(?<message>.*?)(?: {2,}(?<rule>\S+))?$/)(line);
    // A file that was not checked is reported with line 0.
    return findings.filter((one) => one.line !== 0).map((one) => ({ ...one, path }));
  });
}

function bandit(text: string): readonly TextFinding[] {
  const issues = text
    .split(">> Issue: ")
    .slice(1)
    .flatMap((issue) => {
      const [rating] = lineParser(/Severity: (?<severity>\w+)/)(issue);
      const [location] = lineParser(/Location: (?<path>[^:]*):(?<line>\d+)/)(issue);
      return lineParser(/^\[(?<rule>\w+):\w+\] (?<message>.*)/)(issue).map((one) => ({ ...one, ...rating, ...location }));
    });
  return [...issues, ...lineParser(/^\t(?<path>\S+) \((?<message>.*)\)$/)(text)];
}

const unix = lineParser(/^(?<path>[^:]+):(?<line>\d+):\d+: (?<message>.*) \[(?<severity>\w+)(?:\/(?<rule>.*))?\]$/);
const gcc = lineParser(
  /^(?<path>[^:]+):(?<line>\d+):\d+: (?<severity>error|warning|note|style): (?<message>.*) \[(?<rule>\w+)\]$/,
);
const compiler = lineParser(/^(?<path>[^:]+):(?<line>\d+):\d+: (?<severity>warning): (?<message>.*) \[(?<rule>\S+)\]$/);
const concise = lineParser(
  /^(?<severity>[×!]) (?<path>[^:]+?)(?::(?<line>\d+):\d+)?: (?<rule>lint\/\S+|parse|format|assist\/\S+): (?<message>.*)$/,
);
const biome = lineParser(/^(?<path>[^:]+):(?<line>\d+):\d+ (?<rule>lint\/\S+|parse)/);
const mypy = lineParser(/^(?<path>[^:]+):(?<line>\d+)(?::\d+)*: (?<severity>error): (?<message>.*) {2}\[(?<rule>[\w-]+)\]$/);
const pylint = lineParser(/^(?<path>[^:]+):(?<line>\d+):\d+: (?<rule>(?<severity>[A-Z])\d+): (?<message>.*) \([\w-]+\)$/);
const ruff = lineParser(
  /^(?<path>[^:]+):(?<line>\d+):\d+: (?<rule>[A-Z]+\d+|invalid-syntax):? (?<fixable>\[\*\] |)(?<message>.*)$/,
);
const pyright = lineParser(
  /^ {2}(?<path>\S+):(?<line>\d+):\d+ - (?<severity>error|warning): (?<message>.*?)(?: \((?<rule>report\w+)\))?$/,
);
const stylelint = lineParser(/^(?<path>[^:]+):(?<line>\d+):\d+: (?<message>.*?)(?: \((?<rule>[\w-]+)\))? \[(?<severity>\w+)\]$/);
const golangci = lineParser(/^(?<path>[^\s:]+):(?<line>\d+)(?::\d+)?: (?<message>.*) \((?<rule>\w+)\)$/);
const cargo = lineParser(
  /^(?<path>[^:]+):(?<line>\d+):\d+: (?<severity>\w+)(?:\[(?<rule>\w+)\])?: (?<message>.*?)(?:: (?:help: |expected ).*)?$/,
);
const tsc = lineParser(/^(?<path>[^(]+)\((?<line>\d+),\d+\): (?<severity>error) (?<rule>TS\d+): (?<message>.*)$/);
const checkstyle = lineParser(/^\[(?<severity>\w+)\] (?<path>[^:]+):(?<line>\d+)(?::\d+)?: (?<message>.*) \[(?<rule>\w+)\]$/);

const rubocop = lineParser(
  /^(?<path>[^:]+):(?<line>\d+):\d+: (?<severity>\w): (?<fixable>\[Correctable\] |)(?<rule>[\w/]+): (?<message>.*)$/,
);
const phpcs = lineParser(/^(?<path>[^:]+):(?<line>\d+):\d+: (?<severity>\w+) - (?<message>.*)$/);
const markdownlint = lineParser(
  /^(?<path>[^:]+):(?<line>\d+)(?::\d+)? (?<severity>\w+) (?<rule>\w+)\/\S+ (?<message>.*?)(?: \[Context: .*\])?$/,
);

/** Adjusts a finding to what a text output writes differently. */
const withoutStop = (one: ToolFinding): ToolFinding => ({ ...one, message: one.message.replace(/([^ ])\.$/, "$1") });
const firstLine = (one: ToolFinding): ToolFinding => ({ ...one, message: one.message.split("\n")[0] ?? "" });
const relativeTo =
  (folder: string) =>
  (one: ToolFinding): ToolFinding => ({ ...one, path: one.path?.replace(folder, "") ?? null });

type Case = readonly [
  machine: string,
  text: string,
  said: (text: string) => readonly TextFinding[],
  count: number,
  as?: (one: ToolFinding) => ToolFinding,
];

const cases: readonly Case[] = [
  ["eslint/10.15.0.json", "eslint/10.15.0.txt", stylish, 14, withoutStop],
  [
    "eslint/10.15.0.sarif",
    "eslint/10.15.0.txt",
    (text) => stylish(text).filter(({ message }) => !/^Unused/.test(message ?? "")),
    13,
    withoutStop,
  ],
  ["eslint/8.57.1.json", "eslint/8.57.1.txt", stylish, 10, withoutStop],
  ["eslint/10.15.0.npm-run.txt", "eslint/10.15.0.txt", stylish, 14, withoutStop],
  ["biome/2.6.8.json", "biome/2.6.8.txt", concise, 20],
  ["biome/2.6.8.pretty.json", "biome/2.6.8.txt", concise, 20],
  ["biome/2.6.8.sarif", "biome/2.6.8.txt", concise, 20, relativeTo("/project/")],
  ["biome/1.9.4.json", "biome/1.9.4.txt", biome, 11],
  ["biome/2.0.6.json", "biome/2.0.6.txt", biome, 11],
  ["oxlint/1.94.0.json", "oxlint/1.94.0.txt", unix, 6],
  ["oxlint/1.94.0.sarif", "oxlint/1.94.0.txt", unix, 6],
  ["oxlint/0.15.0.json", "oxlint/0.15.0.txt", (text) => unix(text).map(({ line: _none, ...one }) => one), 4],
  ["stylelint/17.16.0.json", "stylelint/17.16.0.txt", stylelint, 7],
  ["stylelint/14.16.1.json", "stylelint/14.16.1.txt", stylelint, 10],
  ["ruff/0.16.10.json", "ruff/0.16.10.txt", ruff, 34, relativeTo("/project/")],
  ["ruff/0.16.10.jsonl", "ruff/0.16.10.txt", ruff, 34, relativeTo("/project/")],
  [
    "ruff/0.16.10.small.sarif",
    "ruff/0.16.10.small.txt",
    (text) => ruff(text).map(({ fixable: _all, ...one }) => one),
    7,
    relativeTo("/project/"),
  ],
  ["pylint/2.16.2.json", "pylint/2.16.2.txt", pylint, 44],
  ["pylint/4.0.8.json", "pylint/4.0.8.txt", pylint, 39],
  ["pylint/4.0.8.json2.json", "pylint/4.0.8.txt", pylint, 39],
  ["pyright/1.1.414.json", "pyright/1.1.414.txt", pyright, 17, firstLine],
  ["basedpyright/1.40.1.json", "basedpyright/1.40.1.txt", pyright, 8, firstLine],
  ["mypy/2.4.0.json", "mypy/2.4.0.txt", mypy, 11],
  ["mypy/2.4.0.broken.json", "mypy/2.4.0.broken.txt", mypy, 2],
  ["mypy/2.4.0.pretty.txt", "mypy/2.4.0.txt", mypy, 11],
  ["mypy/2.4.0.columns.txt", "mypy/2.4.0.txt", mypy, 11],
  ["mypy/2.4.0.end.txt", "mypy/2.4.0.txt", mypy, 11],
  ["mypy/1.0.1.pretty.txt", "mypy/1.0.1.txt", mypy, 11],
  ["bandit/1.9.4.json", "bandit/1.9.4.txt", bandit, 7],
  ["bandit/1.6.2.json", "bandit/1.6.2.txt", bandit, 6],
  ["golangci-lint/1.json", "golangci-lint/1.txt", golangci, 2],
  ["golangci-lint/2.json", "golangci-lint/2.txt", golangci, 4],
  ["clippy/0.1.95.jsonl", "clippy/0.1.95.txt", cargo, 9, relativeTo("/project/crate/")],
  ["clippy/0.1.95.with-progress.txt", "clippy/0.1.95.txt", cargo, 9, relativeTo("/project/crate/")],
  ["clippy/0.1.95.error.jsonl", "clippy/0.1.95.error.txt", cargo, 2, relativeTo("/project/crate/")],
  ["checkstyle/8.36.1.xml", "checkstyle/8.36.1.txt", checkstyle, 6],
  ["checkstyle/eslint-8.57.1.xml", "checkstyle/eslint-8.57.1.txt", unix, 10],
  [
    "checkstyle/jshint-2.13.6.xml",
    "checkstyle/jshint-2.13.6.txt",
    lineParser(/^(?<path>[^:]+):(?<line>\d+):\d+: (?<message>.*)$/),
    10,
  ],
  ["checkstyle/oxlint-1.94.0.xml", "oxlint/1.94.0.txt", unix, 6],
  ["checkstyle/biome-2.6.8.xml", "biome/2.6.8.txt", concise, 20],
  ["checkstyle/shellcheck-0.11.0.xml", "shellcheck/0.11.0.txt", gcc, 15],
  ["shellcheck/0.11.0.json", "shellcheck/0.11.0.txt", gcc, 15],
  ["shellcheck/0.11.0.json1.json", "shellcheck/0.11.0.txt", gcc, 15],
  ["cppcheck/2.10.xml", "cppcheck/2.10.txt", (text) => gcc(text).filter(({ path }) => path !== "nofile"), 10],
  ["cppcheck/2.22.0.xml", "cppcheck/2.22.0.txt", gcc, 11],
  [
    "cppcheck/2.22.0.sarif",
    "cppcheck/2.22.0.txt",
    lineParser(/^main\.c:(?<line>\d+):\d+: \w+: (?<message>.*) \[(?<rule>\w+)\]$/),
    13,
  ],
  ["cppcheck/2.22.0.txt", "cppcheck/2.22.0.txt", gcc, 11],
  ["shellcheck/0.11.0.txt", "shellcheck/0.11.0.txt", gcc, 15],
  ["gcc/12.2.0.txt", "gcc/12.2.0.txt", compiler, 5],
  ["clang-tidy/14.0.6.txt", "clang-tidy/14.0.6.txt", compiler, 14],
  ["pylint/4.0.8.txt", "pylint/4.0.8.txt", pylint, 39],
  ["tsc/6.0.3.txt", "tsc/6.0.3.txt", tsc, 9],
  ["tsc/6.0.3.pretty.txt", "tsc/6.0.3.txt", tsc, 9],
  ["tsc/6.0.3.watch.txt", "tsc/6.0.3.txt", tsc, 9],
  [
    "tsc/6.0.3.config.txt",
    "tsc/6.0.3.config.txt",
    lineParser(/^(?:(?<path>[^(]+)\((?<line>\d+),\d+\): )?(?<severity>error) (?<rule>TS\d+): (?<message>.*)$/),
    3,
  ],
  ["eslint/10.15.0.txt", "eslint/10.15.0.txt", stylish, 14],
  ["biome/2.6.8.default.txt", "biome/2.6.8.txt", concise, 20],
  ["biome/2.6.8.colours.txt", "biome/2.6.8.txt", concise, 20],
  ["oxlint/1.94.0.default.txt", "oxlint/1.94.0.txt", unix, 6],
  ["oxlint/1.94.0.colours.txt", "oxlint/1.94.0.txt", unix, 6],
  ["ruff/0.16.10.txt", "ruff/0.16.10.txt", ruff, 34],
  ["ruff/0.16.10.full.txt", "ruff/0.16.10.txt", ruff, 34],
  ["flake8/5.0.4.txt", "flake8/5.0.4.txt", ruff, 18],
  ["clippy/0.1.95.default.txt", "clippy/0.1.95.txt", cargo, 9],
  ["clippy/0.1.95.error-default.txt", "clippy/0.1.95.error.txt", cargo, 2],
  ["pyright/1.1.414.txt", "pyright/1.1.414.txt", pyright, 17, firstLine],
  ["basedpyright/1.40.1.txt", "basedpyright/1.40.1.txt", pyright, 8, firstLine],
  ["golangci-lint/2.txt", "golangci-lint/2.txt", golangci, 4],
  [
    "rubocop/1.39.0.json",
    "rubocop/1.39.0.txt",
    rubocop,
    11,
    (one) => ({ ...one, path: `/project/rb/${one.path}`, message: one.message.replaceAll("\n", " ") }),
  ],
  ["phpcs/3.7.1.json", "phpcs/3.7.1.txt", phpcs, 15],
  ["checkstyle/phpcs-3.7.1.xml", "phpcs/3.7.1.txt", phpcs, 15],
  ["markdownlint/0.48.0.json", "markdownlint/0.48.0.txt", markdownlint, 10],
  [
    "hadolint/2.json",
    "hadolint/2.txt",
    lineParser(/^(?<path>[^:]+):(?<line>\d+) (?<rule>\w+) (?<severity>\w+): (?<message>.*)$/),
    4,
  ],
  [
    "yamllint/1.29.0.txt",
    "yamllint/1.29.0.txt",
    lineParser(/^(?<path>[^:]+):(?<line>\d+):\d+: \[(?<severity>\w+)\] (?<message>.*) \((?<rule>[\w-]+)\)$/),
    4,
  ],
];

/** Sorts findings by fields that both sides have. */
const ordered = <T extends TextFinding>(findings: readonly T[]): readonly T[] => {
  const key = ({ path, line, message, rule }: TextFinding): string => JSON.stringify([path, line ?? 0, message, rule ?? ""]);
  return findings.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
};

describe("findings match the tool's own text output", () => {
  for (const [machine, text, parse, count, as = (one: ToolFinding) => one] of cases) {
    it(machine, () => {
      const expected = ordered(parse(readFixture(text)));
      const actual = ordered(readOutput(readFixture(machine), machine).findings.map(as));
      expect(expected).toHaveLength(count);
      expect(actual).toHaveLength(count);
      for (const [at, one] of expected.entries()) expect(actual[at]).toMatchObject(one);
    });
  }
});
