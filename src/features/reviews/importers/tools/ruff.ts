import * as z from "zod";
import { defineFormat, hasKeys, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, hasEntryWith, readEntries } from "./entries.ts";

const diagnostic = z.object({
  // Null for a syntax error before 0.13.
  code: z.string().nullable(),
  message: z.string(),
  filename: z.string(),
  location: z.object({ row: z.unknown().optional() }).nullish(),
  cell: z.unknown().optional(),
  severity: z.string().nullish(),
  fix: z.object({ applicability: z.string().nullish() }).nullish(),
});
type Diagnostic = z.output<typeof diagnostic>;

const severities = severitiesOf({ error: ["fatal", "error"], warning: ["warning"], info: ["info", "help"] });

/** Whether a fix is applied by default; fixes that are unsafe or only displayed are not. */
const isSafeFix = ({ fix }: Diagnostic): boolean =>
  fix !== null && fix !== undefined && !/^(?:unsafe|display)/i.test(fix.applicability ?? "safe");

const shared = {
  severities,
  gives:
    "fixable (a safe fix); errors of the syntax as `tool_error`. Only code that is broken (E9, F5–F7, F82) is an error, all else a warning",
  lacks: "severities: Ruff calls all of its findings errors",
} as const;

const readDiagnostics = (value: unknown, options: Parameters<typeof readEntries>[1]) =>
  readEntries(value, options, diagnostic, (one, collector) => {
    collector.findings.push(
      findingOf({
        tool: "ruff",
        rule: one.code ?? "invalid-syntax",
        severity: severityOf(severities, one.severity ?? "error"),
        message: one.message,
        path: one.filename,
        // Rows of a notebook are counted from its cell, not from the file.
        line: one.cell == null ? lineOf(one.location?.row) : null,
        fixable: isSafeFix(one),
      }),
    );
  });

/** https://docs.astral.sh/ruff/settings/#output-format */
export const ruff = defineFormat({
  ...shared,
  form: "json",
  id: "ruff",
  title: "Ruff JSON",
  looksFor: "a list of objects with `code`, `filename` and `location`",
  claims: (value) => hasEntryWith(value, "code", "filename", "location"),
  read: (value, target) => readDiagnostics(value, { target }),
});

export const ruffLines = defineFormat({
  ...shared,
  form: "json lines",
  id: "ruff-lines",
  title: "Ruff JSON lines",
  looksFor: "lines of JSON with `code`, `filename` and `location`",
  claims: (lines) => lines.slice(0, 20).some(({ value }) => hasKeys(value, "code", "filename", "location")),
  read(lines, target) {
    const values = lines.map(({ value }) => value);
    return readDiagnostics(values, { target, placeOf: (at) => `line ${lines[at]?.line}` });
  },
});
