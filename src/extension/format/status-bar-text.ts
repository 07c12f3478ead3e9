import { blockStreakFrom, passStreakFrom } from "../../features/reviews/model/coins-and-streaks.ts";
import type { StatusView } from "../../features/reviews/operations/views.ts";
import type { SyncStatusView } from "../../ports/sync.ts";
import { table } from "../../render/markdown/table.ts";
import { type CommandName, commandId } from "../commands/ids.ts";
import { coins, pointChange, runCount, streakText, verdictText } from "./figures.ts";
import { commandLink, plainBesideIcons } from "./markdown.ts";
import { syncAdvice, syncIcon, syncText, teamResetTexts } from "./sync.ts";
import { fullTime, type TimeStyle } from "./time-text.ts";
import type { Translate } from "./translate.ts";

/** The only commands that links in the tooltip may run. */
export const tooltipCommands = [
  "openTrends",
  "history",
  "violations",
  "selectAgent",
  "updateFromFile",
  "openWalkthrough",
  "syncStatus",
] as const satisfies readonly CommandName[];

/** Maximum number of other agents listed in the tooltip. */
const maxOtherAgents = 5;

/** Whether a streak is long enough to earn a bonus or cost a penalty. */
const isStreakScored = (standing: Pick<StatusView, "streak_pass" | "streak_block">): boolean =>
  standing.streak_pass >= passStreakFrom || standing.streak_block >= blockStreakFrom;

/** The status bar's text: coin icon and coins, and the streak when it counts (flame for passes, circle for fails). */
export function barText(standing: StatusView | undefined): string {
  const text = `$(reward-ledger-coin) ${coins(standing?.coins ?? 0)}`;
  if (standing === undefined || !isStreakScored(standing)) return text;
  return standing.streak_pass > 0 ? `${text} $(flame)${standing.streak_pass}` : `${text} $(error)${standing.streak_block}`;
}

/** The item's label for screen readers. */
export function barLabel(standing: StatusView | undefined, t: Translate): string {
  if (standing === undefined) return t("Reward Ledger: no run recorded yet");
  const streak = streakText(standing.streak_pass, standing.streak_block, t);
  const text = t("Reward Ledger: {0} has {1} coins", standing.agent, coins(standing.coins));
  return streak === undefined ? text : `${text}, ${streak}`;
}

/** The tooltip before the first run. */
export const welcomeTooltip = (t: Translate): string =>
  [
    `**${t("No run recorded yet")}**`,
    t("Review reports that appear in the workspace are recorded automatically."),
    [
      commandLink(t("Record a Report File"), commandId("updateFromFile")),
      commandLink(t("First Steps"), commandId("openWalkthrough")),
    ].join(" · "),
  ].join("\n\n");

/** Icon name of a verdict; each has a different shape, so that verdicts are distinguishable without colour. */
export function verdictIcon(verdict: StatusView["last_verdict"]): string {
  return {
    PASS: "pass-filled",
    PASS_WITH_ADVISORY: "warning",
    FAIL: "error",
    UNKNOWN: "circle-outline",
  }[verdict];
}

/** The last run in one cell: verdict, points above or below the baseline, time. */
function lastRun(standing: StatusView, style: TimeStyle, t: Translate): string {
  const parts = [`$(${verdictIcon(standing.last_verdict)}) ${verdictText(standing.last_verdict, t)}`];
  if (standing.last_delta !== null) parts.push(plainBesideIcons(pointChange(standing.last_delta, t)));
  if (standing.last_run_at !== null) parts.push(plainBesideIcons(fullTime(standing.last_run_at, style)));
  return parts.join(" · ");
}

/** Warnings about runs and recordings dated in the future because a clock was wrong. */
export function clockTexts({ dated_ahead, recorded_ahead }: StatusView, style: TimeStyle, t: Translate): readonly string[] {
  const runs = dated_ahead.map(({ run_id, stated_at, created_at }) =>
    t(
      "Run {0} is dated {1}, later than its recording; it counts as of {2}.",
      run_id,
      fullTime(stated_at, style),
      fullTime(created_at, style),
    ),
  );
  if (recorded_ahead === null) return runs;
  return [
    ...runs,
    t(
      "The last recording is dated {0}: the clock was ahead. The next recording puts the runs in their place.",
      fullTime(recorded_ahead, style),
    ),
  ];
}

/**
 * The status bar's tooltip, Markdown with theme icons: coins, streak and last verdict of the agent shown, its most broken rules,
 * the other agents, and links.
 * @param project the project that the figures cover; null: all projects
 */
export function statusTooltip(
  shown: StatusView,
  others: readonly StatusView[],
  project: string | null,
  style: TimeStyle,
  t: Translate,
  sync?: SyncStatusView | undefined,
): string {
  const streak = streakText(shown.streak_pass, shown.streak_block, t) ?? t("none");
  // One table, so that all figures are in one column; each section starts with a bold row.
  const rows = [
    [t("Streak"), plainBesideIcons(`${streak} (${t("best {0}", shown.best_streak_pass)})`)],
    [t("Last run"), lastRun(shown, style, t)],
  ];
  if (shown.top_violations.length > 0) {
    rows.push([`**${t("Most broken rules")}**`, `**${t("Findings")}**`]);
    rows.push(...shown.top_violations.map(({ rule, count }) => [plainBesideIcons(rule), String(count)]));
  }
  if (others.length > 0) {
    rows.push([`**${t("Other agents")}**`, `**${t("Coins")}**`]);
    rows.push(...others.slice(0, maxOtherAgents).map((one) => [plainBesideIcons(one.agent), plainBesideIcons(coins(one.coins))]));
    if (others.length > maxOtherAgents) rows.push([plainBesideIcons(t("and {0} more", others.length - maxOtherAgents)), ""]);
  }
  const sections = [
    `**${plainBesideIcons(shown.agent)}** · ${plainBesideIcons(project ?? t("all projects"))} · ${plainBesideIcons(runCount(shown.runs, t))}`,
    table([t("Coins"), plainBesideIcons(coins(shown.coins))], ["left", "right"], rows),
  ];
  sections.push(...clockTexts(shown, style, t).map((text) => `$(warning) ${plainBesideIcons(text)}`));
  if (sync !== undefined) {
    sections.push(
      `$(${syncIcon(sync)}) ${commandLink(t("Sync"), commandId("syncStatus"))}: ${plainBesideIcons(syncText(sync, style, t))}`,
    );
    const advice = syncAdvice(sync);
    if (advice !== undefined) sections.push(plainBesideIcons(advice));
    sections.push(...teamResetTexts(sync.resets, style, t).map((text) => `$(discard) ${plainBesideIcons(text)}`));
  }
  sections.push(
    [
      commandLink(t("Trends"), commandId("openTrends")),
      commandLink(t("History"), commandId("history")),
      commandLink(t("Violations"), commandId("violations")),
      commandLink(t("Select Agent"), commandId("selectAgent")),
    ].join(" · "),
  );
  return sections.join("\n\n");
}
