import * as z from "zod";
import { defineFormat, lineOf, parseEntry, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, hasEntryWith, readEntries, toolError, withoutRule } from "./entries.ts";

const notes = z
  .array(z.object({ text: z.string() }))
  .readonly()
  .nullish();
const file = z.object({
  source: z.string().nullish(),
  warnings: z.array(z.unknown()).readonly(),
  invalidOptionWarnings: notes,
  ignored: z.boolean().nullish(),
});
const warning = z.object({
  rule: z.string().nullish(),
  severity: z.string().nullish(),
  text: z.string(),
  line: z.unknown().optional(),
  fix: z.unknown().optional(),
});

const severities = severitiesOf({ error: ["error"], warning: ["warning"] });

/** https://stylelint.io/user-guide/options/#formatter; written to standard error since version 16. */
export const stylelint = defineFormat({
  form: "json",
  id: "stylelint",
  title: "Stylelint JSON",
  looksFor: "a list of objects with `source`, `warnings` and `deprecations`",
  severities,
  gives: "errors of the syntax and of the configuration as `tool_error`; fixable with `--compute-edit-info`",
  lacks: "fixable otherwise",
  claims: (value) => hasEntryWith(value, "warnings", "deprecations"),
  read: (value, target) =>
    readEntries(value, { target }, file, ({ source, warnings, invalidOptionWarnings, ignored }, collector, place) => {
      const path = source ?? null;
      if (ignored === true) collector.skip(place, `${path ?? "the file"} is ignored`);
      for (const { text } of invalidOptionWarnings ?? []) {
        collector.findings.push(
          findingOf({ tool: "stylelint", severity: "error", message: text, path, line: null, ...toolError }),
        );
      }
      for (const [at, entry] of warnings.entries()) {
        const one = parseEntry(collector, warning, entry, `${place}.warnings[${at}]`);
        if (one === undefined) continue;
        const rule = one.rule ?? null;
        collector.findings.push(
          findingOf({
            tool: "stylelint",
            rule,
            severity: severityOf(severities, one.severity),
            message: withoutRule(one.text, rule),
            path,
            line: lineOf(one.line),
            fixable: (one.fix ?? null) !== null,
          }),
        );
      }
    }),
});
