import { createCollector, defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, toolError } from "./entries.ts";
import { ruleOf } from "./eslint.ts";
import { parseLineNumber } from "./text.ts";
import { isYamllintRow } from "./yamllint.ts";

const severities = severitiesOf({ error: ["error"], warning: ["warning"] });

const row = /^ +(?<line>\d+):\d+ +(?<severity>error|warning) {2,}(?<message>\S.*?)(?: {2,}(?<rule>\S+))? *$/;

/** The path is above its rows. https://eslint.org/docs/latest/use/formatters/#stylish */
export const stylish = defineFormat({
  form: "text",
  id: "eslint-text",
  title: "ESLint, text",
  looksFor: "lines such as `  3:5  error  … no-undef` below a path",
  severities,
  gives: "parse errors as `tool_error`",
  lacks: "fixable, suppressed messages, the full stop of messages",
  claims: (lines) => lines.some((line, at) => row.test(line) && !isYamllintRow(line) && /^\S/.test(lines[at - 1] ?? "")),
  read(lines) {
    const collector = createCollector();
    let path: string | null = null;
    for (const [at, line] of lines.entries()) {
      if (/^\S/.test(line)) path = line.trimEnd();
      const found = row.exec(line)?.groups;
      if (found === undefined || path === null) continue;
      const { severity, message = "", rule = null } = found;
      const place = parseLineNumber(found["line"]);
      // A file that was not checked.
      if (place === null && rule === null) collector.skip(`line ${at + 1}`, `${path}: ${message}`);
      else {
        const failed = rule === null && /^Parsing error/.test(message) ? toolError : {};
        const details = { severity: severityOf(severities, severity), message, path, line: place };
        collector.findings.push(findingOf({ tool: "eslint", rule: ruleOf(rule, message), ...details, ...failed }));
      }
    }
    return collector.reading();
  },
});
