import { readXml, type XmlElement } from "../../../shared/input/xml.ts";
import { createCollector, defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, toolError, withoutRule } from "./entries.ts";
import { canonicalTool } from "./rule-categories.ts";
import { parseLineNumber } from "./text.ts";

const severities = severitiesOf({ error: ["error"], warning: ["warning"], info: ["info", "ignore"] });

/** Many tools write this format; the `source` of a finding shows which tool it was. */
const sources: readonly (readonly [RegExp, string])[] = [
  [/^com\.puppycrawl\.tools\.checkstyle\.(?:\w+\.)*(?<rule>\w+?)(?:Check)?$/, "checkstyle"],
  [/^(?<tool>eslint|stylelint|tslint|swiftlint|csslint)\.rules\.(?<rule>.+)$/, ""],
  [/^(?:failure|warning)\.tslint\.(?<rule>.+)$/, "tslint"],
  [/^(?<tool>jshint|detekt|shellcheck|flake8)\.(?<rule>.+)$/i, ""],
  [/^(?<rule>[a-z][a-z0-9_-]*\([a-z@][\w/-]*\))$/, "oxlint"],
  [/^(?<rule>(?:lint|assist)\/.+|format|parse)$/, "biome"],
  [/^(?<rule>standard:[\w-]+)$/, "ktlint"],
  [/^(?<rule>\w+\.\w+\.\w+\.\w+)$/, "phpcs"],
];

function ruleOf(source: string): Readonly<{ tool: string; rule: string | null }> {
  for (const [pattern, defaultTool] of sources) {
    const found = pattern.exec(source)?.groups;
    if (found !== undefined) return { tool: canonicalTool(found["tool"] ?? defaultTool), rule: found["rule"] ?? null };
  }
  return { tool: "checkstyle", rule: source === "" ? null : source };
}

/** Psalm and others write no source; Psalm's messages begin with the rule. */
const ruleFromMessage = (message: string): Readonly<{ tool: string; rule: string | null }> => ({
  tool: "checkstyle",
  rule: /^([A-Z][A-Za-z]+): /.exec(message)?.[1] ?? null,
});

const fileOf = (parents: readonly XmlElement[]): string | null =>
  parents.findLast((one) => one.name === "file")?.attributes.get("name") ?? null;

/** https://checkstyle.org; also of ESLint, PHP_CodeSniffer, ShellCheck, ktlint and others. */
export const checkstyle = defineFormat({
  form: "xml",
  id: "checkstyle",
  title: "Checkstyle XML",
  looksFor: "XML with the root element `checkstyle`",
  severities,
  gives: "the tool, told by `source`; what kept it from reading a file as `tool_error`",
  lacks: "fixable",
  claims: ({ root }) => root === "checkstyle",
  read({ text }, target) {
    const collector = createCollector();
    readXml(text, target, {
      open({ name, attributes, line: at }, parents) {
        if (name !== "error") return;
        const message = attributes.get("message");
        if (message === undefined) {
          collector.skip(`line ${at}`, "message: is missing");
          return;
        }
        const source = attributes.get("source");
        const { tool, rule } = source === undefined ? ruleFromMessage(message) : ruleOf(source);
        const severity = severityOf(severities, attributes.get("severity") ?? "error");
        collector.findings.push(
          findingOf({
            tool,
            rule,
            severity,
            message: withoutRule(message, rule),
            path: fileOf(parents),
            line: parseLineNumber(attributes.get("line")),
            // ESLint writes no rule for a file that it could not parse; from tools that never write a source, this means nothing.
            ...(source !== undefined && rule === null && severity === "error" ? toolError : {}),
          }),
        );
      },
      close({ name, text: trace }, parents) {
        if (name !== "exception") return;
        const message = trace.trim().split("\n")[0] ?? "";
        const details = { severity: "error", message, path: fileOf(parents), line: null } as const;
        collector.findings.push(findingOf({ tool: "checkstyle", ...details, ...toolError }));
      },
    });
    return collector.reading();
  },
});
