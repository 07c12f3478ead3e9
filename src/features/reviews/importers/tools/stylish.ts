import { createCollector, defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, toolError } from "./entries.ts";
import { ruleOf } from "./eslint.ts";
import { parseLineNumber } from "./text.ts";
import { isYamllintRow } from "./yamllint.ts";

const severities = severitiesOf({ error: ["error"], warning: ["warning"] });

const row = /^ +(?<line>\d+):\d+ +(?<severity>error|warning) {2,}(?<message>\S.*?)(?: {2,}(?<rule>\S+))? *$/;
/** The last line of a message of several lines. */
const messageEnd = /\S {2,}(?<rule>[@\w][\w/@-]*)$/;

/** A row and the lines below it, up to the next row. */
type Row = Readonly<{ path: string; at: number; found: Readonly<Record<string, string | undefined>>; below: readonly string[] }>;

/** Returns the rows, each with the path above it. A line of a message may begin as a path does, but is not followed by a row. */
function rowsIn(lines: readonly string[]): readonly Row[] {
  const starts = lines.flatMap((line, at) => (row.test(line) ? [at] : []));
  let path: string | null = null;
  return starts.flatMap((at, index) => {
    const heading = lines[at - 1] ?? "";
    if (/^\S/.test(heading) && !messageEnd.test(heading)) path = heading.trimEnd();
    const found = row.exec(lines[at] ?? "")?.groups;
    return found === undefined || path === null ? [] : [{ path, at, found, below: lines.slice(at + 1, starts[index + 1]) }];
  });
}

const isParsingError = (message: string): boolean => message.startsWith("Parsing error");

/** Returns the rule of a row. It is below the row if the message has several lines; one about code that cannot be parsed has none. */
const ruleIn = ({ found: { rule, message = "" }, below }: Row): string | null =>
  rule ??
  (isParsingError(message)
    ? null
    : (messageEnd.exec(below.findLast((line) => messageEnd.test(line)) ?? "")?.groups?.["rule"] ?? null));

/** The path is above its rows. https://eslint.org/docs/latest/use/formatters/#stylish */
export const stylish = defineFormat({
  form: "text",
  id: "eslint-text",
  title: "ESLint, text",
  looksFor: "lines such as `  3:5  error  … no-undef` below a path",
  severities,
  gives: "parse errors as `tool_error`",
  lacks: "fixable, suppressed messages, full stops and other lines of messages",
  claims: (lines) => lines.some((line, at) => row.test(line) && !isYamllintRow(line) && /^\S/.test(lines[at - 1] ?? "")),
  read(lines) {
    const collector = createCollector();
    for (const one of rowsIn(lines)) {
      const { path, at, found } = one;
      const { severity, message = "" } = found;
      const rule = ruleIn(one);
      const place = parseLineNumber(found["line"]);
      // A file that was not checked.
      if (place === null && rule === null) collector.skip(`line ${at + 1}`, `${path}: ${message}`);
      else {
        const failed = rule === null && isParsingError(message) ? toolError : {};
        const details = { severity: severityOf(severities, severity), message, path, line: place };
        collector.findings.push(findingOf({ tool: "eslint", rule: ruleOf(rule, message), ...details, ...failed }));
      }
    }
    return collector.reading();
  },
});
