import * as z from "zod";
import { defineFormat, lineOf, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, hasEntryWith, readEntries } from "./entries.ts";
import { canonicalTool } from "./rule-categories.ts";
import { parseLineNumber, readLines } from "./text.ts";

const annotation = z.object({
  path: z.string(),
  start_line: z.unknown().optional(),
  annotation_level: z.string(),
  message: z.string().nullish(),
  title: z.string().nullish(),
});

const severities = severitiesOf({ error: ["failure", "error"], warning: ["warning"], info: ["notice"] });

/** Reads tool and rule from a title as tools write it: `Ruff (E501)`, `lint/style/useConst`; any other text names no rule. */
function ruleIn(title: string): Readonly<{ tool: string; rule: string | null }> {
  const [, tool, rule] = /^([\w .-]+?) \(([\w@/.-]+)\)$/.exec(title) ?? [];
  if (tool !== undefined && rule !== undefined) return { tool: canonicalTool(tool), rule };
  return { tool: "github", rule: /^\S+$/.test(title) ? title : null };
}

const shared = {
  severities,
  gives: "the rule, where it is the title",
  lacks: "fixable, and the tool, unless the title says it",
} as const;

/** https://docs.github.com/rest/checks/runs#list-check-run-annotations */
export const github = defineFormat({
  ...shared,
  form: "json",
  id: "github",
  title: "GitHub check annotations",
  looksFor: "a list of objects with `path` and `annotation_level`",
  claims: (value) => hasEntryWith(value, "path", "annotation_level"),
  read: (value, target) =>
    readEntries(value, { target }, annotation, (one, collector) =>
      collector.findings.push(
        findingOf({
          ...ruleIn(one.title ?? ""),
          severity: severityOf(severities, one.annotation_level),
          message: one.message ?? one.title ?? "",
          path: one.path,
          line: lineOf(one.start_line),
        }),
      ),
    ),
});

const command = /^::(?<severity>error|warning|notice)(?: (?<properties>[^:]*(?::(?!:)[^:]*)*))?::(?<message>.*)$/;

/** Whether a line is a command about a file, whose message often repeats what the tool prints elsewhere. */
export const isAnnotation = (line: string): boolean => line.startsWith("::") && line.includes("file=") && command.test(line);

/** Decodes a command's escapes of what would end it or its line. */
const decodeEscapes = (text: string): string =>
  text.replace(/%(25|0D|0A|3A|2C)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

/** Parses `file=a.ts,line=1`, in any order. */
const propertiesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(",").map((one) => {
      const at = one.indexOf("=");
      return [one.slice(0, at).trim(), decodeEscapes(one.slice(at + 1))];
    }),
  );

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands, as tools write them to the log of a job. */
export const githubText = defineFormat({
  ...shared,
  form: "text",
  id: "github-text",
  title: "GitHub workflow commands",
  looksFor: "lines such as `::error file=a.ts,line=1::…`",
  claims: (lines) => lines.some(isAnnotation),
  read: (lines) =>
    readLines(lines, command, ({ severity, properties = "", message = "" }) => {
      const values = propertiesOf(properties);
      // Without a file it is a message about the job.
      const path = values.get("file");
      if (path === undefined) return undefined;
      const title = values.get("title") ?? "";
      const line = parseLineNumber(values.get("line"));
      const text = decodeEscapes(message);
      return findingOf({ ...ruleIn(title), severity: severityOf(severities, severity), message: text, path, line });
    }),
});
