import type { JunitCase, JunitFailure, JunitReport } from "../../../shared/input/junit-cases.ts";
import type { XmlElement } from "../../../shared/input/xml.ts";
import { severitiesOf, severityOf, type ToolFinding } from "./define-format.ts";
import { findingOf, toolError, withoutRule } from "./entries.ts";
import { mypyText } from "./mypy.ts";
import { parseLineNumber } from "./text.ts";

type Attributes = XmlElement["attributes"] | undefined;

/** How a linter writes each of its findings as a failed test. */
type Linter = Readonly<{
  tool: string;
  /** Matches the `name` and the `package` of the report and the names of the suite and the test, one per line. */
  names: RegExp;
  /** Matches the text of a failure, else its message. Groups of both patterns are rule, line, severity, path and message. */
  failure: RegExp;
  /** Returns the word for the severity where no group and no `type` of the failure states it; default `error`. */
  word?(failure: JunitFailure, report: Attributes): string;
}>;

const linters: readonly Linter[] = [
  {
    tool: "eslint",
    names: /^org\.eslint\.(?<rule>.*)$/m,
    failure: /^line (?<line>\d+), col \d+, (?<severity>Error|Warning|Info) - /,
  },
  { tool: "ruff", names: /^org\.ruff(?:\.(?<rule>.*))?$/m, failure: /^(?:line (?<line>\d+), col \d+, )?/ },
  {
    tool: "biome",
    names: /^org\.biome\.(?<rule>.*)$/m,
    failure: /^line (?<line>\d+), col \d+, /,
    word: (_, report) => (report?.get("errors") === "0" ? "warning" : "error"),
  },
  {
    tool: "oxlint",
    names: /^Oxlint\n.*\n.*\n(?<rule>.*)$/,
    failure: /^line (?<line>\d+), column \d+, /,
    word: ({ isError }) => (isError ? "error" : "warning"),
  },
  {
    tool: "stylelint",
    names: /^.*\nstylelint\.rules\n.*\n(?<rule>.*)$/,
    failure: /^On line (?<line>\w+), column \w+ in /,
  },
  {
    tool: "golangci-lint",
    names: /(?<rule>.*)$/,
    failure: /^[^:\n]*: (?<message>.*?)\nCategory: (?<rule>[^\n]*)\nFile: [^\n]*\nLine: (?<line>\d+)\nDetails:/s,
  },
  {
    tool: "cfn-lint",
    names: /\nCloudFormation Lint\n(?<rule>(?<severity>[EWI])\d+)/,
    failure: /^(?<message>.*) at (?<path>(?:(?! at ).)*):(?<line>\d+):\d+$/s,
  },
];

/** The elements in a test that did not pass, and the words of linters; the ids of cfn-lint begin with E, W or I. */
export const severities = severitiesOf({
  error: ["failure", "error", "high", "e"],
  warning: ["warning", "medium", "w"],
  info: ["info", "low", "i"],
});

/** ESLint and Oxlint have no rule for code that they cannot parse. */
const isFatal = (tool: string, rule: string): boolean => rule === "" || (tool === "eslint" && rule === "unknown");

/** The groups of both patterns. A test that prints a finding of golangci-lint does not have the name of its rule. */
function groupsOf({ names, failure }: Linter, namesText: string, text: string) {
  const [inNames, inText] = [names.exec(namesText), failure.exec(text)];
  const found = { ...inNames?.groups, ...inText?.groups };
  return inNames !== null && inText !== null && found["rule"] === inNames.groups?.["rule"] ? found : undefined;
}

function readFailure(one: JunitCase, failure: JunitFailure, report: Attributes): ToolFinding | undefined {
  const suite = one.around.names.at(-1) ?? "";
  const names = [report?.get("name"), report?.get("package"), suite, one.name].join("\n");
  const text = failure.text.trim() || (failure.message?.trim() ?? "");
  for (const linter of linters) {
    const found = groupsOf(linter, names, text);
    if (found === undefined) continue;
    const { tool } = linter;
    const stated = found["rule"] || (tool === "ruff" ? "invalid-syntax" : "");
    const rule = tool === "biome" ? stated.replaceAll(".", "/") : stated;
    const word = found["severity"] || failure.type || (linter.word?.(failure, report) ?? "error");
    return findingOf({
      tool,
      rule,
      severity: severityOf(severities, word),
      message: withoutRule(found["message"] ?? failure.message?.trim() ?? text, rule),
      path: found["path"] ?? (suite || null),
      // Biome and Ruff also state the line as an attribute; that in the text of Biome counted from 0 in some versions.
      line: parseLineNumber(one.line) ?? parseLineNumber(found["line"]),
      ...(isFatal(tool, rule) ? toolError : {}),
    });
  }
  return undefined;
}

/** Reads the lines of mypy's text output, which is one failure per run or per file. */
function readMypy({ text, message }: JunitFailure): readonly ToolFinding[] {
  const forms = { text: { output: text.split(/\r?\n/) } };
  if (mypyText.claims(forms)) return mypyText.read(forms, "")?.findings ?? [];
  const reason = text.trim() || (message ?? "");
  return [findingOf({ tool: "mypy", severity: "error", message: reason, path: null, line: null, ...toolError })];
}

/** The findings of a linter that a case stands for; undefined for a test. */
export function lintFindings(one: JunitCase, report: Attributes): readonly ToolFinding[] | undefined {
  const name = report?.get("name");
  if (one.isSuite) {
    if (name === "Biome") return [];
    if (report?.get("package") !== "stylelint.rules") return undefined;
    // Its formatter counts the warnings of a file without errors, and does not write them.
    const [path = null, message] = [one.around.names.at(-1), "Stylelint's JUnit XML leaves out the warnings of this file"];
    return [findingOf({ tool: "stylelint", rule: null, severity: "warning", message, path, line: null })];
  }
  if (one.failures.length === 0) return undefined;
  if (name === "mypy" && one.className === "mypy") return one.failures.flatMap(readMypy);
  const findings = one.failures.flatMap((failure) => readFailure(one, failure, report) ?? []);
  return findings.length === one.failures.length ? findings : undefined;
}

/** Whether the report is of a linter that writes nothing for files without findings. */
export const isOnlyFindings = (report: Attributes): boolean => ["Biome", "Oxlint"].includes(report?.get("name") ?? "");

/** The number of errors that Biome counts and does not write: those without a place, as of a file that is not formatted. */
export const unwrittenErrors = ({ root, cases }: JunitReport): number =>
  root?.attributes.get("name") === "Biome"
    ? Math.max(0, Number(root.attributes.get("errors")) - cases.filter(({ isSuite }) => !isSuite).length)
    : 0;
