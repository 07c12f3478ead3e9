import { compareHealth, healthStates } from "../../../features/evals/model/health.ts";
import type { EvalTrendView } from "../../../features/evals/operations/views.ts";
import { plain } from "../../../render/markdown/escape.ts";
import { table } from "../../../render/markdown/table.ts";
import { runCount } from "../../format/figures.ts";
import { fullTime, type TimeStyle } from "../../format/time-text.ts";
import type { Translate } from "../../format/translate.ts";
import { healthText, marks, rateText, reasonText, sinceText, statusText, streak, testName, whole } from "../figures.ts";

/** Tests listed in the report, and results drawn of each; the rest is counted. */
const shownTests = 500;
const shownMarks = 60;

/** How tests have fared as a Markdown document, what needs a look first. @param over runs that were looked at */
export function evalTrendReport(trends: readonly EvalTrendView[], over: number, style: TimeStyle, t: Translate): string {
  const [only, ...others] = trends;
  if (only === undefined) return `# ${t("Trends")}\n\n${t("No test has a result in the chosen runs.")}\n`;
  if (others.length === 0) return testReport(only, style, t);
  const counts = healthStates.flatMap((health) => {
    const count = trends.filter((trend) => trend.health === health).length;
    return count === 0 ? [] : [`**${whole(count, style)}** ${plain(healthText(health, t))}`];
  });
  const sections = [
    `# ${t("Trends")}`,
    plain(t("over the newest {0}", runCount(over, t))),
    counts.join(" · "),
    table(
      [t("Health"), t("Test"), t("Tier"), t("Reason"), t("Since"), t("Pass rate"), t("Oldest to newest"), t("Status")],
      ["left", "left", "left", "left", "left", "right", "left", "left"],
      trends
        .toSorted((a, b) => compareHealth(a.health, b.health))
        .slice(0, shownTests)
        .map((trend) =>
          [
            healthText(trend.health, t),
            testName(trend),
            trend.tier,
            reasonText(trend.health_why, t),
            sinceText(trend, style, t) ?? "",
            rateText(trend, style),
            marks(trend, shownMarks),
            statusText(trend.status, t),
          ].map(plain),
        ),
    ),
  ];
  if (trends.length > shownTests) sections.push(t("and {0} more", whole(trends.length - shownTests, style)));
  return `${sections.join("\n\n")}\n`;
}

/** One test: what its results come down to, then each of them, newest first. */
function testReport(trend: EvalTrendView, style: TimeStyle, t: Translate): string {
  const sections = [
    `# ${plain(testName(trend))}`,
    table(
      [" ", " "],
      ["left", "left"],
      [
        [t("Health"), healthText(trend.health, t)],
        [t("Reason"), reasonText(trend.health_why, t)],
        [t("Since"), sinceText(trend, style, t) ?? ""],
        [t("Status"), statusText(trend.status, t)],
        [t("Pass rate"), rateText(trend, style)],
        [t("Streak"), streak(trend.streak, t)],
        [t("Changes"), whole(trend.flips, style)],
        [t("Tier"), trend.tier],
      ].map((row) => row.map(plain)),
    ),
    `## ${t("Results")}: ${whole(trend.results.length, style)}`,
    table(
      [t("Time"), t("Result")],
      ["left", "left"],
      trend.results
        .toReversed()
        .slice(0, shownTests)
        .map(({ timestamp, passed }) => [plain(fullTime(timestamp, style)), passed ? `✓ ${t("Passed")}` : `✗ ${t("Failed")}`]),
    ),
  ];
  return `${sections.join("\n\n")}\n`;
}
