import type { EvalSummaryView } from "../../../features/evals/operations/views.ts";
import { plain } from "../../../render/markdown/escape.ts";
import { table } from "../../../render/markdown/table.ts";
import { runCount } from "../../format/figures.ts";
import { fullTime, type TimeStyle } from "../../format/time-text.ts";
import type { Translate } from "../../format/translate.ts";
import { percent, testName, usdKnown, whole } from "../figures.ts";

/** Rows of a table; the rest is counted. */
const shownRows = 200;

/** All eval runs in numbers, as a Markdown document: spending by tier, flaky tests, detection by branch. */
export function evalSummaryReport(view: EvalSummaryView, style: TimeStyle, t: Translate): string {
  if (view.from === null || view.to === null) return `# ${t("Evals")}\n\n${t("No eval run is recorded yet.")}\n`;
  const capped = (rows: readonly (readonly string[])[]): readonly (readonly string[])[] =>
    rows.slice(0, shownRows).map((row) => row.map(plain));
  const rest = (count: number): readonly string[] =>
    count > shownRows ? [t("and {0} more", whole(count - shownRows, style))] : [];
  return `${[
    `# ${t("Evals")}`,
    plain(
      t(
        "{0} from {1} to {2}, {3} spent.",
        runCount(view.runs, t),
        fullTime(view.from, style),
        fullTime(view.to, style),
        usdKnown(view.total_cost_usd, view.cost_complete, style),
      ),
    ),
    table(
      [t("Tier"), t("Runs"), t("Spent"), t("A run")],
      ["left", "right", "right", "right"],
      capped(
        view.tiers.map((one) => [
          one.tier,
          whole(one.runs, style),
          usdKnown(one.total_cost_usd, one.cost_complete, style),
          usdKnown(one.average_cost_usd, one.average_complete, style),
        ]),
      ),
    ),
    `## ${t("Flaky")}: ${whole(view.flaky.length, style)}`,
    ...(view.flaky.length === 0
      ? [t("No flaky tests.")]
      : [
          table(
            [t("Test"), t("Tier"), t("Pass rate"), t("Results")],
            ["left", "left", "right", "right"],
            capped(view.flaky.map((one) => [testName(one), one.tier, percent(one.pass_rate, style), whole(one.results, style)])),
          ),
          ...rest(view.flaky.length),
        ]),
    `## ${t("Branches")}`,
    table(
      [t("Tier"), t("Branch"), t("Runs"), t("Bugs found, on average")],
      ["left", "left", "right", "right"],
      capped(
        view.branches.map((one) => [
          one.tier,
          one.branch,
          whole(one.runs, style),
          one.average_detection === null ? "–" : whole(Math.round(one.average_detection * 10) / 10, style),
        ]),
      ),
    ),
    ...rest(view.branches.length),
  ].join("\n\n")}\n`;
}
