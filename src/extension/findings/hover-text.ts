import type { RuleTrendView } from "../../features/reviews/operations/rule-trend.ts";
import type { FindingView, RunView } from "../../features/reviews/operations/views.ts";
import { plain } from "../../render/markdown/escape.ts";
import { commandId } from "../commands/ids.ts";
import { findingCount, runCount, verdictText } from "../format/figures.ts";
import { commandLink } from "../format/markdown.ts";
import { fullTime, type TimeStyle } from "../format/time-text.ts";
import type { Translate } from "../format/translate.ts";

/** The only commands that links in the hover may run. */
export const hoverCommands = ["showRuleRuns", "copyPrompt", "openRun"] as const;

/** The tooltip of a file's badge. */
export const countText = (count: number, agent: string, t: Translate): string =>
  count === 1 ? t("1 finding in the latest run of {0}", agent) : t("{0} findings in the latest run of {1}", count, agent);

/** Number of days in a period; undefined for all time. */
const daysOf = (period: string): number | undefined => (period === "all" ? undefined : Number.parseInt(period, 10));

function changeText({ count, previous }: RuleTrendView, t: Translate): string | undefined {
  if (previous === null) return undefined;
  if (previous === 0) return t("none in the period before");
  if (count === previous) return t("as many as in the period before");
  const more = count - previous;
  return more > 0 ? t("↑ {0} more than in the period before", more) : t("↓ {0} fewer than in the period before", -more);
}

/**
 * The hover of a finding as Markdown: how often its rule is broken, the change against the period before, its origin, and
 * actions.
 */
export function hoverText(
  finding: FindingView,
  run: RunView,
  trend: RuleTrendView,
  { period, isChanged }: Readonly<{ period: string; isChanged: boolean }>,
  style: TimeStyle,
  t: Translate,
): string {
  const days = daysOf(period);
  const counts = `${findingCount(trend.count, t)} · ${runCount(trend.runs, t)}`;
  const change = changeText(trend, t);
  const inPeriod = days === undefined ? counts : t("{0} in the last {1} days", counts, days);
  const lines = [
    `**${plain(finding.rule)}** · ${plain([inPeriod, ...(change === undefined ? [] : [change])].join(", "))}`,
    plain(
      t("Found by {0}: {1}, {2}, {3}", finding.tool, run.agent, verdictText(run.verdict, t), fullTime(run.created_at, style)),
    ),
    ...(isChanged ? [plain(t("The file has changed since this run; the finding may have moved or be fixed."))] : []),
    [
      commandLink(t("Runs That Broke This Rule"), commandId("showRuleRuns"), { rule: finding.rule }),
      commandLink(t("Copy as Prompt"), commandId("copyPrompt"), { finding }),
      commandLink(t("Open Run"), commandId("openRun"), { run: { fact_id: run.fact_id, run_id: run.run_id, agent: run.agent } }),
    ].join(" · "),
  ];
  return lines.join("\n\n");
}
