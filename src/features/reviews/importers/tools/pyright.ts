import * as z from "zod";
import { defineFormat, hasKeys, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, markIdle, memberOf, readEntries, toolError } from "./entries.ts";
import { parseLineNumber, readLines } from "./text.ts";

const diagnostic = z.object({
  file: z.string().nullish(),
  severity: z.string(),
  message: z.string(),
  rule: z.string().nullish(),
  range: z.object({ start: z.object({ line: z.number() }) }).nullish(),
});

const severities = severitiesOf({ error: ["error"], warning: ["warning"], info: ["information"] });

/** Neither tool writes its name; all versions of Pyright are 1.1, those of basedpyright are higher. */
const toolOf = (value: unknown): string => (/^1\.1\./.test(String(memberOf(value, "version"))) ? "pyright" : "basedpyright");

/** https://microsoft.github.io/pyright/#/command-line?id=json-output; lines count from 0. */
export const pyright = defineFormat({
  form: "json",
  id: "pyright",
  title: "Pyright, basedpyright JSON",
  looksFor: "an object with `generalDiagnostics` and `summary`",
  severities,
  gives: "errors of the syntax, which have no rule, as `tool_error`",
  lacks: "fixable; the tool's name, which is told by its version",
  claims: (value) => hasKeys(value, "generalDiagnostics"),
  read(value, target) {
    const tool = toolOf(value);
    const reading = readEntries(
      memberOf(value, "generalDiagnostics"),
      { target, name: "generalDiagnostics" },
      diagnostic,
      (one, collector) => {
        const rule = one.rule ?? null;
        collector.findings.push(
          findingOf({
            tool,
            rule,
            severity: severityOf(severities, one.severity),
            message: one.message,
            path: one.file ?? null,
            line: lineOf((one.range?.start.line ?? -1) + 1),
            ...(rule === null && one.severity === "error" ? toolError : {}),
          }),
        );
      },
    );
    return markIdle(memberOf(memberOf(value, "summary"), "filesAnalyzed"), reading);
  },
});

const row =
  /^ {2}(?<path>\S.*?)(?::(?<line>\d+):\d+ -|(?<=\.pyi?):) (?<severity>error|warning|information): (?<message>.*?)(?: \((?<rule>report\w+)\))?$/s;

/** Joins lines: a finding continues on lines that are indented further. */
const joinLines = (lines: readonly string[]): readonly string[] => lines.join("\n").split(/\n(?! {2}\s)/);

export const pyrightText = defineFormat({
  form: "text",
  id: "pyright-text",
  title: "Pyright, basedpyright: text",
  looksFor: "lines such as `  /a.py:3:5 - error: … (reportCallIssue)`",
  severities,
  gives: "errors of the syntax, which have no rule, as `tool_error`",
  lacks: "fixable; the tool's name, which is told by how it counts at the end",
  claims: (lines) => lines.some((line) => row.test(line)),
  read(lines) {
    const tool = lines.some((line) => /^\d+ errors?, \d+ warnings?, \d+ notes?/.test(line)) ? "basedpyright" : "pyright";
    return readLines(joinLines(lines), row, ({ path = null, line, severity, message = "", rule = null }) => {
      const failed = rule === null && severity === "error" ? toolError : {};
      return findingOf({
        tool,
        rule,
        severity: severityOf(severities, severity),
        message,
        path,
        line: parseLineNumber(line),
        ...failed,
      });
    });
  },
});
