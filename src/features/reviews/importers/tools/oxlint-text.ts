import { createCollector, defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, toolError } from "./entries.ts";
import { blocksOf, parseLineNumber } from "./text.ts";

const severities = severitiesOf({ error: ["x", "×"], warning: ["!", "⚠"] });

const heading = /^ {2}(?<severity>[x×!⚠]) (?:(?<rule>[\w-]+\([\w/-]+\)): )?(?<message>.*)$/;
const place = /^ +(?:,-|╭─)\[(?<path>.+):(?<line>\d+):\d+\]$/;

/** https://oxc.rs/docs/guide/usage/linter/output-formats.html */
export const oxlintText = defineFormat({
  form: "text",
  id: "oxlint-text",
  title: "Oxlint, text",
  looksFor: "lines such as `  ⚠ eslint(no-undef): …` above `╭─[a.ts:3:5]`",
  severities,
  gives: "what JSON gives",
  lacks: "fixable",
  claims: (lines) => blocksOf(lines, heading, place).length > 0,
  read(lines) {
    const collector = createCollector();
    for (const { found } of blocksOf(lines, heading, place)) {
      const { path = null, line, rule = null, severity, message = "" } = found;
      const failed = rule === null ? toolError : {};
      collector.findings.push(
        findingOf({
          tool: "oxlint",
          rule,
          severity: severityOf(severities, severity),
          message,
          path,
          line: parseLineNumber(line),
          ...failed,
        }),
      );
    }
    return collector.reading();
  },
});
