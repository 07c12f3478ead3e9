import { createCollector, defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf } from "./entries.ts";
import { parseLineNumber } from "./text.ts";

const severities = severitiesOf({ error: ["error"], warning: ["warning"] });

const parsable = /^(?<path>\S.*?):(?<line>\d+):\d+: \[(?<severity>error|warning)\] (?<message>.*) \((?<rule>[a-z][a-z-]*)\)$/;
/** Two blanks precede the rule. One precedes the word for an error of the syntax, which has no rule. */
const row =
  /^ {2}(?<line>\d+):\d+ +(?<severity>error|warning) +(?<message>\S.*?) (?: (?=\()|(?=\(syntax\)))\((?<rule>[a-z][a-z-]*)\)$/;

/** An error of the syntax as versions before 1.17 write it, without a rule. */
const oldSyntaxError = /^(?:(?<path>\S.*?):| {2})(?<line>\d+):\d+(?:: \[error\]| +error) +(?<message>syntax error: .*)$/;

/** Whether a line is a finding below the path of its file, as yamllint writes it; ESLint's have no brackets around the rule. */
export const isYamllintRow = (line: string): boolean => row.test(line);

/** https://yamllint.readthedocs.io/en/stable/quickstart.html, `--format parsable` and `standard` */
export const yamllint = defineFormat({
  form: "text",
  id: "yamllint",
  title: "yamllint, text",
  looksFor: "lines such as `a.yaml:3:5: [error] … (colons)`, or `  3:5  error  …  (colons)` below a path",
  severities,
  gives: "errors of the syntax as `tool_error`",
  lacks: "fixable",
  claims: (lines) =>
    lines.some((line, at) => parsable.test(line) || (isYamllintRow(line) && /^\S|^ {2}\d/.test(lines[at - 1] ?? ""))),
  read(lines) {
    const collector = createCollector();
    let heading: string | null = null;
    for (const line of lines) {
      if (/^\S/.test(line)) heading = line.trimEnd();
      const found = (parsable.exec(line) ?? row.exec(line) ?? oldSyntaxError.exec(line))?.groups;
      if (found === undefined) continue;
      const { path = heading, rule = "syntax", severity = "error", message = "" } = found;
      const details = { severity: severityOf(severities, severity), message, path, line: parseLineNumber(found["line"]) };
      collector.findings.push(findingOf({ tool: "yamllint", rule, ...details }));
    }
    return collector.reading();
  },
});
