import * as z from "zod";
import { defineFormat, type FindingCollector, lineOf, parseEntry, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, hasEntryWith, memberOf, readEntries, toolError } from "./entries.ts";

const file = z.object({
  filePath: z.string(),
  messages: z.array(z.unknown()).readonly(),
  // Absent before ESLint 8.8.
  suppressedMessages: z.array(z.unknown()).readonly().nullish(),
});

const message = z.object({
  ruleId: z.string().nullish(),
  severity: z.union([z.literal(0), z.literal(1), z.literal(2)]).nullish(),
  fatal: z.boolean().nullish(),
  message: z.string(),
  line: z.unknown().optional(),
  fix: z.unknown().optional(),
});

const severities = severitiesOf({ error: ["2"], warning: ["1"], info: ["0"] });

/** Whether a message is about a file that was not checked: it has no place, no rule and is not fatal. */
const isUncheckedFile = ({ ruleId, fatal, line }: z.output<typeof message>): boolean =>
  (ruleId ?? null) === null && fatal !== true && lineOf(line) === null;

/** Messages about comments that disable nothing have no rule; the option that reports them is used. */
export const ruleOf = (ruleId: string | null, message: string): string | null =>
  ruleId ?? (/^Unused eslint-disable directive/.test(message) ? "reportUnusedDisableDirectives" : null);

function addMessage(one: z.output<typeof message>, path: string, collector: FindingCollector): void {
  const isFatal = one.fatal === true;
  collector.findings.push(
    findingOf({
      tool: "eslint",
      rule: ruleOf(one.ruleId ?? null, one.message),
      severity: isFatal ? "error" : severityOf(severities, one.severity),
      message: one.message,
      path,
      line: lineOf(one.line),
      fixable: (one.fix ?? null) !== null,
      ...(isFatal ? toolError : {}),
    }),
  );
}

/** `json-with-metadata` has the list in an object. */
const filesOf = (value: unknown): unknown => (Array.isArray(value) ? value : memberOf(value, "results"));

/** https://eslint.org/docs/latest/use/formatters/#json */
export const eslint = defineFormat({
  form: "json",
  id: "eslint",
  title: "ESLint JSON",
  looksFor: "a list of objects with `filePath` and `messages`, or an object with such a list `results`",
  severities,
  gives: "fixable (a message with `fix`), suppressed messages, parse errors as `tool_error`",
  lacks: "categories, which come from the table",
  claims: (value) => hasEntryWith(filesOf(value), "filePath", "messages"),
  read: (value, target) =>
    readEntries(
      filesOf(value),
      { target, name: Array.isArray(value) ? "" : "results" },
      file,
      ({ filePath, messages, suppressedMessages }, collector, place) => {
        collector.suppress(suppressedMessages?.length ?? 0);
        for (const [at, entry] of messages.entries()) {
          const parsed = parseEntry(collector, message, entry, `${place}.messages[${at}]`);
          if (parsed === undefined) continue;
          if (isUncheckedFile(parsed)) collector.skip(`${place}.messages[${at}]`, `${filePath}: ${parsed.message}`);
          else addMessage(parsed, filePath, collector);
        }
      },
    ),
});
