import * as z from "zod";
import { defineFormat, hasKeys, lineOf, severityOf } from "./define-format.ts";
import { findingOf, hasEntryWith, readEntries } from "./entries.ts";
import { shellcheckSeverities } from "./shellcheck.ts";

const problem = z.object({
  file: z.string(),
  line: z.unknown().optional(),
  level: z.string(),
  code: z.string(),
  message: z.string(),
});

/** https://github.com/hadolint/hadolint#cli, `--format json` */
export const hadolint = defineFormat({
  form: "json",
  id: "hadolint",
  title: "hadolint JSON",
  looksFor: "a list of objects with `file`, `level` and a text as `code`",
  severities: shellcheckSeverities,
  gives: "files that could not be parsed as `tool_error`",
  lacks: "fixable",
  claims: (value) =>
    hasEntryWith(value, "file", "level", "code", "message") &&
    value.slice(0, 20).some((one) => hasKeys(one, "code") && typeof one["code"] === "string"),
  read: (value, target) =>
    readEntries(value, { target }, problem, ({ file, line, level, code, message }, collector) => {
      const severity = severityOf(shellcheckSeverities, level);
      collector.findings.push(findingOf({ tool: "hadolint", rule: code, severity, message, path: file, line: lineOf(line) }));
    }),
});
