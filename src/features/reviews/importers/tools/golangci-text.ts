import { defineFormat, type ToolFinding } from "./define-format.ts";
import { findingOf } from "./entries.ts";
import { placeInText } from "./golangci-lint.ts";
import { parseLineNumber, readLines } from "./text.ts";

const head = /^(?:\S.*?)?(?:\.go|\bgo\.(?:mod|sum|work)):\d+(?::\d+)?: /;
const issue =
  /^(?<path>(?:\S.*?)?(?:\.go|\bgo\.(?:mod|sum|work))):(?<line>\d+)(?::\d+)?: (?<message>.*) \((?<rule>[a-z][\w-]*)\)$/s;
const ending = / \([a-z][\w-]*\)$/;
/** The first of a compiler's errors in a package: the others follow it, each with a place. */
const compilerErrors = /[ -]: # \S/;

/** Joins the lines of each message: they end with the name of the linter. Returns the issues without the code below them. */
function issuesIn(lines: readonly string[]): readonly string[] {
  const issues: string[] = [];
  let open: string[] = [];
  let hasErrors = false;
  for (const line of lines) {
    if (!hasErrors && head.test(line)) {
      open = [line];
      hasErrors = compilerErrors.test(line);
    } else if (open.length > 0) open.push(line);
    // A type that a function has instead of the one below it may look like a linter.
    const isEnd = hasErrors ? line.endsWith(" (typecheck)") : ending.test(line) && !/^\s+have /.test(line);
    if (!isEnd || open.length === 0) continue;
    issues.push(open.join("\n"));
    open = [];
    hasErrors = false;
  }
  return issues;
}

/** https://golangci-lint.run/docs/configuration/file/#output-configuration */
export const golangciText = defineFormat({
  form: "text",
  id: "golangci-lint-text",
  title: "golangci-lint, text",
  looksFor: "lines such as `a.go:3:5: … (errcheck)`",
  severities: new Map([["error", "error"]]),
  gives: "rules by the linter that found it, all as errors",
  lacks: "severities, fixable",
  claims: (lines) => issuesIn(lines).some((one) => !one.includes("\n") || one.endsWith(" (typecheck)")),
  read: (lines) =>
    readLines(issuesIn(lines), issue, ({ path = null, line, rule = null, message = "" }): ToolFinding => {
      const place = placeInText(message) ?? { path, line: parseLineNumber(line) };
      return findingOf({ tool: "golangci-lint", rule, severity: "error", message, ...place });
    }),
});
