import { createCollector, defineFormat, severitiesOf, severityOf } from "./define-format.ts";
import { findingOf, toolError } from "./entries.ts";
import { blocksIn, blocksOf, parseLineNumber } from "./text.ts";

const severities = severitiesOf({ error: ["x", "×"], warning: ["!", "⚠"] });

const heading = /^ {2}(?<severity>[x×!⚠]) (?:(?<rule>[\w-]+\([\w/-]+\)): )?(?<message>.*)$/;
const place = /^ +(?:,-|╭─)\[(?<path>.+):(?<line>\d+):\d+\]$/;

/** Returns the path that a message without a place names below its first line. */
const pathIn = (below: readonly string[]): string | null =>
  below.flatMap((line) => /^ {2}(?:[|│] File path: |help: )"?(.+?)"?(?: seems like .*)?$/.exec(line)?.[1] ?? [])[0] ?? null;

/** Returns the messages with a place, and those that stand alone as Oxlint's do: other programs write lists of such lines. */
const messagesIn = (lines: readonly string[]) =>
  blocksIn(lines, heading).filter(
    ({ at, below }) =>
      below.some((line) => place.test(line)) ||
      ((lines[at - 1] ?? "") === "" && /^(?: {2}(?:[|│]|help:).*)?$/.test(lines[at + 1] ?? "")),
  );

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
    for (const { at, found, below } of messagesIn(lines)) {
      const { rule = null, severity, message = "" } = found;
      const { path = pathIn(below), line } = below.map((one) => place.exec(one)?.groups).find((one) => one !== undefined) ?? {};
      // The messages about such a file are not printed.
      if (message.startsWith("File is too long")) collector.skip(`line ${at + 1}`, `${path ?? "a file"}: ${message}`);
      else {
        const failed = rule === null ? toolError : {};
        const details = { severity: severityOf(severities, severity), message, path, line: parseLineNumber(line) };
        collector.findings.push(findingOf({ tool: "oxlint", rule, ...details, ...failed }));
      }
    }
    return collector.reading();
  },
});
