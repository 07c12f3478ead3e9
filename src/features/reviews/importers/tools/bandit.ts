import * as z from "zod";
import { createCollector, defineFormat, hasKeys, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, markIdle, memberOf, readEntries, toolError } from "./entries.ts";

const result = z.object({
  test_id: z.string(),
  issue_severity: z.string().nullish(),
  issue_text: z.string(),
  filename: z.string(),
  line_number: z.unknown().optional(),
});
const failure = z.object({ filename: z.string().nullish(), reason: z.string() });

const severities = severitiesOf({ error: ["high"], warning: ["medium"], info: ["low", "undefined"] });

/** https://bandit.readthedocs.io/en/latest/formatters/json.html */
export const bandit = defineFormat({
  form: "json",
  id: "bandit",
  title: "Bandit JSON",
  looksFor: "an object with `results`, `errors` and `metrics`",
  severities,
  gives: "category security; files that could not be read as `tool_error`",
  lacks: "fixable; the tool's confidence is not read",
  claims: (value) => hasKeys(value, "results", "errors", "metrics"),
  read(value, target) {
    const collector = createCollector();
    readEntries(
      memberOf(value, "errors") ?? null,
      { target, name: "errors" },
      failure,
      ({ filename, reason }) => {
        collector.findings.push(
          findingOf({ tool: "bandit", severity: "error", message: reason, path: filename ?? null, line: null, ...toolError }),
        );
      },
      collector,
    );
    const reading = readEntries(
      memberOf(value, "results"),
      { target, name: "results" },
      result,
      (one) => {
        const details = { severity: severityOf(severities, one.issue_severity), message: one.issue_text };
        collector.findings.push(
          findingOf({ tool: "bandit", rule: one.test_id, ...details, path: one.filename, line: lineOf(one.line_number) }),
        );
      },
      collector,
    );
    return markIdle(memberOf(memberOf(memberOf(value, "metrics"), "_totals"), "loc"), reading);
  },
});
