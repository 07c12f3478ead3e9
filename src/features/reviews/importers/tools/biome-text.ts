import { skipUnprinted } from "./biome.ts";
import { createCollector, defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf } from "./entries.ts";
import { blocksOf, parseLineNumber } from "./text.ts";

const severities = severitiesOf({ error: ["×", "✖"], warning: ["!", "⚠"], info: ["i", "ℹ"] });

const heading =
  /^(?<path>\S.*?)(?::(?<line>\d+):\d+)? (?<rule>(?:lint|assist|suppressions|syntax|fs|internalError|files)\/\S+|parse|format|organizeImports|configuration|check|ci|plugin)(?: +\S+)* +━+$/;
const messageLine = /^ {2}(?<severity>[×✖!⚠iℹ]) (?<message>.*)$/;

/** https://biomejs.dev/reference/reporters/#default */
export const biomeText = defineFormat({
  form: "text",
  id: "biome-text",
  title: "Biome, text",
  looksFor: "headings such as `a.ts:3:5 lint/style/useConst  FIXABLE  ━━━`",
  severities,
  gives: "what JSON gives",
  lacks: "what exceeds `--max-diagnostics`",
  claims: (lines) => blocksOf(lines, heading, messageLine).length > 0,
  read(lines) {
    const collector = createCollector();
    const unprinted = lines.flatMap((line) => /^Diagnostics not shown: (\d+)\.$/.exec(line)?.[1] ?? []);
    if (unprinted[0] !== undefined) skipUnprinted(collector, Number(unprinted[0]));
    for (const { found, below } of blocksOf(lines, heading, messageLine)) {
      const { path = null, line, rule = null, severity, message = "" } = found;
      const isRepaired = rule === "format" || rule?.startsWith("assist/") === true || rule === "organizeImports";
      collector.findings.push(
        findingOf({
          tool: "biome",
          rule,
          severity: severityOf(severities, severity),
          message,
          path,
          line: parseLineNumber(line),
          fixable: isRepaired
            ? !message.startsWith("Code formatting aborted")
            : below.some((one) => /^ {2}[iℹ] Safe fix: /.test(one)),
        }),
      );
    }
    return collector.reading();
  },
});
