import * as z from "zod";
import { defineFormat, hasKeys, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, readEntries } from "./entries.ts";
import { lineIn, readLines } from "./text.ts";

const severities = severitiesOf({ error: ["error"], warning: ["warning"], info: ["note"] });

const diagnostic = z.object({
  file: z.string().nullish(),
  line: z.unknown().optional(),
  message: z.string(),
  code: z.string().nullish(),
  severity: z.string(),
});

const about = {
  severities,
  gives: "errors of the syntax as `tool_error`",
  lacks: "fixable; notes explain an error, so that they are none",
} as const;

/** https://mypy.readthedocs.io/en/stable/command_line.html#cmdoption-mypy-O */
export const mypy = defineFormat({
  ...about,
  form: "json lines",
  id: "mypy",
  title: "mypy JSON",
  looksFor: "lines of JSON with `file`, `message`, `hint` and `code`",
  claims: (lines) => lines.slice(0, 20).some(({ value }) => hasKeys(value, "file", "message", "hint", "code", "severity")),
  read(lines, target) {
    const values = lines.map(({ value }) => value);
    return readEntries(values, { target, placeOf: (at) => `line ${lines[at]?.line}` }, diagnostic, (one, into) => {
      const { file, line, message, code, severity } = one;
      if (severity === "note") return;
      const said = { severity: severityOf(severities, severity), message, path: file ?? null, line: lineOf(line) };
      into.findings.push(findingOf({ tool: "mypy", rule: code ?? null, ...said }));
    });
  },
});

/** `a.py:3: error: …  [code]`, with columns and end positions on request; a whole file has no line. */
const lineOfText =
  /^(?<path>\S.*?\.pyi?):(?:(?<line>\d+)(?::\d+){0,3}:)? (?<severity>error|warning|note): (?<message>.*?)(?: {1,2}\[(?<rule>[a-z][a-z0-9-]*)\])?$/;

/** Joins lines: with `--pretty`, a message continues on lines that are not indented, unlike the code that it shows. */
function joined(lines: readonly string[]): readonly string[] {
  const whole: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    const isEntry = lineOfText.test(line);
    isOpen &&= !isEntry && /^\S/.test(line) && !/^(?:Found|Success)/.test(line);
    if (isOpen) whole.push(`${(whole.pop() ?? "").trimEnd()} ${line}`);
    else whole.push(line);
    isOpen = (isOpen || isEntry) && !/\[[a-z][a-z0-9-]*\]$/.test(line);
  }
  return whole;
}

export const mypyText = defineFormat({
  ...about,
  form: "text",
  id: "mypy-text",
  title: "mypy, text",
  looksFor: "lines such as `a.py:3: error: …  [attr-defined]`",
  claims: (lines) => lines.some((line) => lineOfText.test(line)),
  read: (lines) =>
    readLines(joined(lines), lineOfText, ({ path = null, line, severity, message = "", rule = null }) =>
      severity === "note"
        ? undefined
        : findingOf({ tool: "mypy", rule, severity: severityOf(severities, severity), message, path, line: lineIn(line) }),
    ),
});
