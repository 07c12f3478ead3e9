import * as z from "zod";
import { defineFormat, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, hasEntryWith, readEntries } from "./entries.ts";

const issue = z.object({
  fileName: z.string(),
  lineNumber: z.unknown().optional(),
  ruleNames: z.array(z.string()).readonly(),
  ruleDescription: z.string(),
  errorDetail: z.string().nullish(),
  fixInfo: z.unknown().optional(),
  severity: z.string().nullish(),
});

const severities = severitiesOf({ error: ["error"], warning: ["warning"] });

/** https://github.com/DavidAnson/markdownlint#result */
export const markdownlint = defineFormat({
  form: "json",
  id: "markdownlint",
  title: "markdownlint JSON",
  looksFor: "a list of objects with `fileName` and `ruleNames`",
  severities,
  gives: "fixable (an issue with `fixInfo`)",
  lacks: "severities before version 0.39, where all are errors",
  claims: (value) => hasEntryWith(value, "fileName", "ruleNames"),
  read: (value, target) =>
    readEntries(value, { target }, issue, (one, collector) => {
      const detail = one.errorDetail ?? "";
      collector.findings.push(
        findingOf({
          tool: "markdownlint",
          rule: one.ruleNames[0] ?? null,
          severity: severityOf(severities, one.severity ?? "error"),
          message: `${one.ruleDescription}${detail === "" ? "" : ` [${detail}]`}`,
          path: one.fileName,
          line: lineOf(one.lineNumber),
          fixable: (one.fixInfo ?? null) !== null,
        }),
      );
    }),
});
