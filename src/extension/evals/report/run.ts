import type { EvalShowView, EvalTestView } from "../../../features/evals/operations/views.ts";
import { plain } from "../../../render/markdown/escape.ts";
import { table } from "../../../render/markdown/table.ts";
import type { TimeStyle } from "../../format/time-text.ts";
import type { Translate } from "../../format/translate.ts";
import { duration, testName, usd, whole } from "../figures.ts";
import { runLabel, runTable } from "../texts.ts";
import { costSections } from "./cost.ts";

/** Tests listed in the report; the rest is counted. */
const shownTests = 500;

/** One run as a Markdown document: what it is, what failed and why, every test, its bill. */
export function evalRunReport(view: EvalShowView, style: TimeStyle, t: Translate): string {
  const { run, tests, costs, warnings, baseline, cost_usd, cost_complete } = view;
  const failed = tests.filter(({ passed }) => !passed);
  const sections = [`# ${plain(runLabel(run, style))}`, runTable({ ...run, baseline, cost_usd, cost_complete }, style, t)];
  if (warnings.length > 0)
    sections.push(`## ${t("What cannot be right")}`, warnings.map((one) => `- ⚠ ${plain(one)}`).join("\n"));
  if (failed.length > 0) {
    sections.push(
      `## ${t("Failed")}: ${whole(failed.length, style)}`,
      table(
        [t("Test"), t("Reason")],
        ["left", "left"],
        failed.slice(0, shownTests).map((test) => [plain(testName(test)), plain(test.error ?? test.exit_reason ?? "")]),
      ),
    );
    if (failed.length > shownTests) sections.push(t("and {0} more", whole(failed.length - shownTests, style)));
  }
  if (tests.length > 0) {
    sections.push(`## ${t("Tests")}: ${whole(tests.length, style)}`, testsTable(tests.slice(0, shownTests), style, t));
    if (tests.length > shownTests) sections.push(t("and {0} more", whole(tests.length - shownTests, style)));
  }
  if (costs.entries.length > 0) sections.push(`## ${t("Costs")}`, ...costSections(costs, style, t));
  return `${sections.join("\n\n")}\n`;
}

/** Tests with what is known of them; columns of which nothing is known are left out. */
function testsTable(tests: readonly EvalTestView[], style: TimeStyle, t: Translate): string {
  const columns: readonly Readonly<{ head: string; cell(test: EvalTestView): string | null }>[] = [
    { head: t("Took"), cell: ({ duration_ms: ms }) => (ms === null ? null : duration(ms / 1000)) },
    { head: t("Cost"), cell: ({ cost_usd: cost }) => (cost === null ? null : usd(cost, style)) },
    { head: t("Turns"), cell: ({ turns_used: turns }) => (turns === null ? null : whole(turns, style)) },
    { head: t("Bugs found"), cell: ({ detection_rate: found }) => (found === null ? null : whole(found, style)) },
    { head: t("Scores"), cell: ({ judge_scores: scores }) => (scores === null ? null : scoresText(scores)) },
  ];
  const known = columns.filter(({ cell }) => tests.some((test) => cell(test) !== null));
  return table(
    ["", t("Test"), ...known.map(({ head }) => head)],
    ["left", "left", ...known.map((): "right" => "right")],
    tests.map((test) => [test.passed ? "✓" : "✗", plain(testName(test)), ...known.map(({ cell }) => plain(cell(test) ?? "–"))]),
  );
}

const scoresText = (scores: Readonly<Record<string, number>>): string =>
  Object.entries(scores)
    .map(([name, score]) => `${name} ${score}`)
    .join(", ");
