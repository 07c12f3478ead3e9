import * as z from "zod";
import { defineFormat, hasKeys, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, readEntries } from "./entries.ts";
import { parseLineNumber, readLines } from "./text.ts";

const severities = severitiesOf({ error: ["error"], warning: ["warning"], info: ["note"] });

const diagnostic = z.object({
  file: z.string().nullish(),
  line: z.unknown().optional(),
  message: z.string(),
  code: z.string().nullish(),
  severity: z.string(),
});

const shared = {
  severities,
  gives: "errors of the syntax as `tool_error`",
  lacks: "fixable; notes explain an error, so that they are none",
} as const;

/** https://mypy.readthedocs.io/en/stable/command_line.html#cmdoption-mypy-O */
export const mypy = defineFormat({
  ...shared,
  form: "json lines",
  id: "mypy",
  title: "mypy JSON",
  looksFor: "lines of JSON with `file`, `message`, `hint` and `code`",
  claims: (lines) => lines.slice(0, 20).some(({ value }) => hasKeys(value, "file", "message", "hint", "code", "severity")),
  read(lines, target) {
    const values = lines.map(({ value }) => value);
    return readEntries(values, { target, placeOf: (at) => `line ${lines[at]?.line}` }, diagnostic, (one, collector) => {
      const { file, line, message, code, severity } = one;
      if (severity === "note") return;
      const details = { severity: severityOf(severities, severity), message, path: file ?? null, line: lineOf(line) };
      collector.findings.push(findingOf({ tool: "mypy", rule: code ?? null, ...details }));
    });
  },
});

/** `a.py:3: error: …  [code]`, with columns and end positions on request; a whole file has no line. */
const linePattern =
  /^(?<path>\S.*?\.pyi?):(?:(?<line>\d+)(?::\d+){0,3}:)? (?<severity>error|warning|note): (?<message>.*?)(?: {1,2}\[(?<rule>[a-z][a-z0-9-]*)\])?$/;
/** A message about a script, whose name has no ending: only mypy has two spaces before the code. */
const scriptPattern =
  /^(?<path>[^\s:][^:]*):(?<line>\d+)(?::\d+){0,3}: (?<severity>error|warning|note): (?<message>.*) {2}\[(?<rule>[a-z][a-z0-9-]*)\]$/;
const entry = { exec: (line: string) => linePattern.exec(line) ?? scriptPattern.exec(line) };

/** Joins lines: with `--pretty`, a message continues on lines that are not indented, unlike the code that it shows. */
function joinLines(lines: readonly string[]): readonly string[] {
  const joinedLines: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    const isEntry = entry.exec(line) !== null;
    isOpen &&= !isEntry && /^\S/.test(line) && !/^(?:Found|Success)/.test(line);
    if (isOpen) joinedLines.push(`${(joinedLines.pop() ?? "").trimEnd()} ${line}`);
    else joinedLines.push(line);
    isOpen = (isOpen || isEntry) && !/\[[a-z][a-z0-9-]*\]$/.test(line);
  }
  return joinedLines;
}

export const mypyText = defineFormat({
  ...shared,
  form: "text",
  id: "mypy-text",
  title: "mypy, text",
  looksFor: "lines such as `a.py:3: error: …  [attr-defined]`",
  claims: (lines) => lines.some((line) => entry.exec(line) !== null),
  read: (lines) =>
    readLines(joinLines(lines), entry, ({ path = null, line, severity, message = "", rule = null }) =>
      severity === "note"
        ? undefined
        : findingOf({
            tool: "mypy",
            rule,
            severity: severityOf(severities, severity),
            message,
            path,
            line: parseLineNumber(line),
          }),
    ),
});
