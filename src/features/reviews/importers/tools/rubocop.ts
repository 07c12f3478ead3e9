import * as z from "zod";
import { defineFormat, hasKeys, lineOf, parseEntry, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, hasEntryWith, markIdle, memberOf, readEntries } from "./entries.ts";

const file = z.object({ path: z.string(), offenses: z.array(z.unknown()).readonly() });
const offense = z.object({
  severity: z.string(),
  message: z.string(),
  cop_name: z.string(),
  corrected: z.boolean().nullish(),
  correctable: z.boolean().nullish(),
  location: z.object({ start_line: z.unknown().optional(), line: z.unknown().optional() }).nullish(),
});

const severities = severitiesOf({ error: ["fatal", "error"], warning: ["warning", "convention", "refactor"], info: ["info"] });

/** https://docs.rubocop.org/rubocop/formatters.html#json-formatter */
export const rubocop = defineFormat({
  form: "json",
  id: "rubocop",
  title: "RuboCop JSON",
  looksFor: "an object with `metadata` and a list `files` of objects with `offenses`",
  severities,
  gives: "fixable (correctable), categories by department; what was corrected does not count",
  lacks: "suppressed offenses",
  claims: (value) =>
    hasKeys(value, "metadata", "files", "summary") &&
    (hasEntryWith(value["files"], "path", "offenses") || hasKeys(value["metadata"], "rubocop_version")),
  read: (value, target) => {
    const reading = readEntries(
      memberOf(value, "files"),
      { target, name: "files" },
      file,
      ({ path, offenses }, collector, place) => {
        for (const [at, entry] of offenses.entries()) {
          const one = parseEntry(collector, offense, entry, `${place}.offenses[${at}]`);
          if (one === undefined || one.corrected === true) continue;
          const details = { severity: severityOf(severities, one.severity), message: one.message, path };
          const line = lineOf(one.location?.start_line ?? one.location?.line);
          collector.findings.push(
            findingOf({ tool: "rubocop", rule: one.cop_name, ...details, line, fixable: one.correctable === true }),
          );
        }
      },
    );
    return markIdle(memberOf(memberOf(value, "summary"), "inspected_file_count"), reading);
  },
});
