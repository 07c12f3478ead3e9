import * as z from "zod";
import { defineFormat, hasKeys, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, hasEntryWith, markIdle, memberOf, readEntries, toolError } from "./entries.ts";

const diagnostic = z.object({
  message: z.string(),
  code: z.string().nullish(),
  severity: z.string().nullish(),
  filename: z.string().nullish(),
  labels: z
    .array(z.object({ span: z.object({ line: z.unknown().optional() }).nullish() }))
    .readonly()
    .nullish(),
});

const severities = severitiesOf({ error: ["error"], warning: ["warning"], info: ["advice"] });

/** Before version 1, the list is the whole output. */
const diagnosticsOf = (value: unknown): unknown => (Array.isArray(value) ? value : memberOf(value, "diagnostics"));

/** https://oxc.rs/docs/guide/usage/linter/output-formats.html */
export const oxlint = defineFormat({
  form: "json",
  id: "oxlint",
  title: "Oxlint JSON",
  looksFor: "an object with `diagnostics` and `number_of_rules`, or a list of diagnostics with `filename` and `labels`",
  severities,
  gives: "parse errors as `tool_error`",
  lacks: "fixable; before version 1 lines",
  claims: (value) =>
    hasKeys(value, "diagnostics", "number_of_rules") || hasEntryWith(diagnosticsOf(value), "message", "filename", "labels"),
  read: (value, target) => {
    const reading = readEntries(
      diagnosticsOf(value),
      { target, name: Array.isArray(value) ? "" : "diagnostics" },
      diagnostic,
      (one, collector) => {
        const rule = one.code ?? null;
        collector.findings.push(
          findingOf({
            tool: "oxlint",
            rule,
            severity: severityOf(severities, one.severity),
            message: one.message,
            path: one.filename ?? null,
            line: lineOf(one.labels?.[0]?.span?.line),
            ...(rule === null ? toolError : {}),
          }),
        );
      },
    );
    return markIdle(memberOf(value, "number_of_files"), reading);
  },
});
