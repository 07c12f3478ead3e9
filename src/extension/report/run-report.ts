import type { FindingView, RunDetailView } from "../../features/reviews/operations/views.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import { coinChange, coins, findingCount, verdictText } from "../format/figures.ts";
import { formulaText } from "../format/formula.ts";
import { fullTime, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

/** Findings listed in the report; the rest is counted. */
const shownFindings = 500;

/** One run as a Markdown document: what it is, what it earned and why, its findings by file. */
export function runReport(view: RunDetailView, style: TimeStyle, t: Translate): string {
  const { run } = view;
  const facts: readonly (readonly [string, string | null])[] = [
    [t("Agent"), run.agent],
    [t("Project"), run.project],
    [t("Time"), fullTime(run.created_at, style)],
    [t("Verdict"), `${verdictText(run.verdict, t)}${run.mode === "shadow" ? ` (${t("shadow mode")})` : ""}`],
    ...view.warnings.map((warning): readonly [string, string] => [t("Warning"), warning]),
    [t("Score"), String(run.score)],
    [t("Coins"), `${coinChange(run.coin_delta)} → ${coins(run.coins)}`],
    [t("Why"), formulaText(run, t)],
    [t("Branch"), view.branch],
    [t("Commit"), view.commit],
    [t("Issue"), run.issue_number === null ? null : `#${run.issue_number}`],
    [t("House rules"), view.house_rules_version === null ? null : t("version {0}", view.house_rules_version)],
  ];
  const sections = [
    `# ${plain(run.run_id)}`,
    plain(view.summary),
    ...(view.hidden ? [`**${t("Recorded before a reset: this run counts no longer. Undo the reset to count it again.")}**`] : []),
    table(
      ["", ""],
      ["left", "left"],
      facts.flatMap(([name, value]) => (value === null ? [] : [[name, plain(value)]])),
    ),
    `## ${findingCount(view.findings.length, t)}`,
  ];
  for (const [file, findings] of byFile(view.findings.slice(0, shownFindings))) {
    sections.push(
      `### ${plain(file)}`,
      table(
        [t("Line"), t("Severity"), t("Rule"), t("Message")],
        ["right", "left", "left", "left"],
        findings.map(({ line, severity, rule, message }) => [String(line), severity, plain(rule), plain(message)]),
      ),
    );
  }
  if (view.findings.length > shownFindings) sections.push(t("and {0} more", view.findings.length - shownFindings));
  return `${sections.join("\n\n")}\n`;
}

/** Findings by file, files ascending, lines ascending within a file. */
export function byFile(findings: readonly FindingView[]): ReadonlyMap<string, readonly FindingView[]> {
  const files = new Map<string, FindingView[]>();
  for (const finding of findings) {
    const same = files.get(finding.file);
    if (same === undefined) files.set(finding.file, [finding]);
    else same.push(finding);
  }
  for (const same of files.values()) same.sort((a, b) => a.line - b.line);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
