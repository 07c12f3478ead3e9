import * as z from "zod";
import { defineFormat, hasKeys, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, hasEntryWith, markIdle, memberOf, readEntries } from "./entries.ts";
import { parseLineNumber, readLines } from "./text.ts";

const message = z.object({
  type: z.string(),
  symbol: z.string().nullish(),
  // `json` and `json2` spell it differently.
  "message-id": z.string().nullish(),
  messageId: z.string().nullish(),
  message: z.string().nullish(),
  path: z.string().nullish(),
  line: z.unknown().optional(),
});

const severities = severitiesOf({ error: ["fatal", "error"], warning: ["warning", "refactor", "convention"], info: ["info"] });

const messagesOf = (value: unknown): unknown => (Array.isArray(value) ? value : memberOf(value, "messages"));

/** https://pylint.readthedocs.io/en/stable/user_guide/usage/output.html */
export const pylint = defineFormat({
  form: "json",
  id: "pylint",
  title: "Pylint JSON, JSON2",
  looksFor: "a list of objects with `symbol` and `message-id`, or an object with such a list `messages`",
  severities,
  gives: "rules by the id of the message (`C0301`), modules that could not be read as `tool_error`",
  lacks: "fixable",
  claims: (value) =>
    hasEntryWith(value, "symbol", "message-id") ||
    hasEntryWith(memberOf(value, "messages"), "symbol", "messageId") ||
    // JSON2 output without messages.
    (hasKeys(value, "messages", "statistics") && Array.isArray(value["messages"]) && value["messages"].length === 0),
  read: (value, target) => {
    const name = Array.isArray(value) ? "" : "messages";
    const reading = readEntries(messagesOf(value), { target, name }, message, (one, collector) => {
      collector.findings.push(
        findingOf({
          tool: "pylint",
          rule: one["message-id"] ?? one.messageId ?? one.symbol ?? null,
          severity: severityOf(severities, one.type),
          message: one.message ?? one.symbol ?? "",
          path: one.path ?? null,
          line: lineOf(one.line),
        }),
      );
    });
    return markIdle(memberOf(memberOf(value, "statistics"), "modulesLinted"), reading);
  },
});

const linePattern =
  /^(?<path>\S.*?):(?<line>\d+)(?::\d+)?: (?<rule>[FEWRCI]\d{4}): (?<message>.*?)(?: \((?<symbol>[a-z][a-z0-9-]*)\))?$/;

const types: ReadonlyMap<string, string> = new Map([
  ["F", "fatal"],
  ["E", "error"],
  ["W", "warning"],
  ["R", "refactor"],
  ["C", "convention"],
  ["I", "info"],
]);

export const pylintText = defineFormat({
  form: "text",
  id: "pylint-text",
  title: "Pylint, text",
  looksFor: "lines such as `a.py:3:0: C0301: … (line-too-long)`",
  severities,
  gives: "what JSON gives",
  lacks: "fixable",
  claims: (lines) => lines.some((line) => linePattern.exec(line)?.groups?.["symbol"] !== undefined),
  read: (lines) =>
    readLines(lines, linePattern, ({ path = null, line, rule = "", message: text = "" }) =>
      findingOf({
        tool: "pylint",
        rule,
        severity: severityOf(severities, types.get(rule.charAt(0))),
        message: text,
        path,
        line: parseLineNumber(line),
      }),
    ),
});
