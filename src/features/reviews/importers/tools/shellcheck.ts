import * as z from "zod";
import { defineFormat, hasKeys, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, memberOf, readEntries } from "./entries.ts";

const comment = z.object({
  file: z.string(),
  line: z.unknown().optional(),
  level: z.string(),
  code: z.int(),
  message: z.string(),
  fix: z.unknown().optional(),
});

export const shellcheckSeverities = severitiesOf({ error: ["error"], warning: ["warning"], info: ["info", "note", "style"] });

/** `json1` has the list in an object. */
const commentsOf = (value: unknown): unknown => (Array.isArray(value) ? value : memberOf(value, "comments"));

const isComment = (value: unknown): boolean =>
  hasKeys(value, "file", "level", "code", "message") && typeof value["code"] === "number";

/** https://github.com/koalaman/shellcheck/wiki/Integration */
export const shellcheck = defineFormat({
  form: "json",
  id: "shellcheck",
  title: "ShellCheck JSON, JSON1",
  looksFor: "a list of objects with `file`, `level` and a number as `code`, or an object with such a list `comments`",
  severities: shellcheckSeverities,
  gives: "fixable (a comment with `fix`), scripts that could not be parsed as `tool_error`",
  lacks: "categories, which come from the table",
  claims(value) {
    const comments = commentsOf(value);
    return (
      Array.isArray(comments) && (comments.length === 0 ? hasKeys(value, "comments") : comments.slice(0, 20).some(isComment))
    );
  },
  read: (value, target) =>
    readEntries(commentsOf(value), { target, name: Array.isArray(value) ? "" : "comments" }, comment, (one, collector) => {
      collector.findings.push(
        findingOf({
          tool: "shellcheck",
          rule: `SC${one.code}`,
          severity: severityOf(shellcheckSeverities, one.level),
          message: one.message,
          path: one.file,
          line: lineOf(one.line),
          fixable: (one.fix ?? null) !== null,
        }),
      );
    }),
});
