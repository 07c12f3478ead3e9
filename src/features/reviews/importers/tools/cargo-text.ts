import { createCollector, defineFormat, severitiesOf, severityOf, type ToolFinding } from "./define-format.ts";
import { findingOf, toolError } from "./entries.ts";
import { blocksOf, parseLineNumber } from "./text.ts";

const severities = severitiesOf({ error: ["error"], warning: ["warning"] });

const heading = /^(?<severity>error|warning)(?:\[(?<rule>E\d{4})\])?: (?<message>.*)$/;
const arrow = /^ *--> (?<path>.+?\.rs):(?<line>\d+):\d+$/;

/** Returns the lint that the notes below a finding name: in the URL of its page, else where its level was set. */
function lintIn(below: readonly string[]): string | null {
  for (const line of below) {
    const page = /rust-clippy\/.*#(\w+)$/.exec(line)?.[1];
    if (page !== undefined) return `clippy::${page}`;
    const level = /`#\[(?:warn|deny|forbid)\(([\w:]+)\)\]`/.exec(line)?.[1];
    if (level !== undefined) return level;
    if (line === "") return null;
  }
  return null;
}

/** Matches an error without a place, such as a linker error, that does not merely sum up others. */
const unplacedError = /^error(?:\[(?<rule>E\d{4})\])?: (?<message>(?!aborting due to|could not compile|build failed|\d+ ).*)$/;

/** A build that failed, which an error above explains. */
const failedBuild = /^error: (?<message>(?:could not compile|build failed).*)$/;

const unplaced = (message: string, rule?: string): ToolFinding =>
  findingOf({
    tool: "rustc",
    severity: "error",
    message,
    path: null,
    line: null,
    ...(rule === undefined ? toolError : { rule }),
  });

/**
 * What `cargo build`, `check` and `clippy` print. https://doc.rust-lang.org/rustc/command-line-arguments.html#option-error-format
 */
export const cargoText = defineFormat({
  form: "text",
  id: "clippy-text",
  title: "Clippy, rustc: text",
  looksFor: "lines such as `warning: …` above `--> src/main.rs:3:5`",
  severities,
  gives: "the lint, where the text names it: of rustc only the first of a kind",
  lacks: "fixable",
  claims: (lines) => blocksOf(lines, heading, arrow).length > 0,
  read(lines) {
    const collector = createCollector();
    const blocks = blocksOf(lines, heading, arrow);
    const placed = new Set(blocks.map(({ found }) => found["message"]));
    for (const line of lines) {
      const { message, rule } = unplacedError.exec(line)?.groups ?? {};
      if (message === undefined || placed.has(message)) continue;
      collector.findings.push(unplaced(message, rule));
    }
    for (const { found, below } of blocks) {
      const { path = null, line, severity, message = "" } = found;
      const rule = found["rule"] ?? lintIn(below);
      const tool = rule?.startsWith("clippy::") === true ? "clippy" : "rustc";
      collector.findings.push(
        findingOf({ tool, rule, severity: severityOf(severities, severity), message, path, line: parseLineNumber(line) }),
      );
    }
    const failure = lines.map((line) => failedBuild.exec(line)?.groups?.["message"]).find((message) => message !== undefined);
    if (failure !== undefined && !collector.findings.some(({ severity }) => severity === "error"))
      collector.findings.push(unplaced(failure));
    return collector.reading();
  },
});
