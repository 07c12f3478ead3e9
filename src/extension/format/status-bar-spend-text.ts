import type { SpendStatus } from "../../features/agent/model/spend-limits.ts";
import { spendBounds } from "../../features/shared/spend-periods.ts";
import { calendarOf } from "../../platform/calendar.ts";
import { table } from "../../render/markdown/table.ts";
import { formatUsd } from "../../render/markdown/words.ts";
import { type CommandName, commandId } from "../commands/ids.ts";
import { commandLink, plainBesideIcons } from "./markdown.ts";
import { fullTime, type TimeStyle } from "./time-text.ts";
import type { Translate } from "./translate.ts";

/** The only commands that links in the tooltip may run. */
export const spendCommands = ["openTrends", "showSpend", "setBudget", "extendBudget"] as const satisfies readonly CommandName[];

/** The ends of the day and the month, in ms since the epoch. */
export type SpendEnds = Readonly<{ dayTo: number; monthTo: number }>;

/** Bounds of the day and the month that contain an instant in a zone. */
export const boundsIn = (zone: string, now: Date) => spendBounds(calendarOf(zone), now);

type Period = "today" | "week" | "month";
const periods = ["today", "week", "month"] as const satisfies readonly Period[];
const levels = ["ok", "warning", "exhausted"] as const;
export type Level = (typeof levels)[number];

/** The period with the most severe level; today if all are `ok`. */
function mostSevere(spend: SpendStatus): Period {
  const rank = (period: Period): number => levels.indexOf(spend[period].level);
  return periods.reduce<Period>((worst, period) => (rank(period) > rank(worst) ? period : worst), "today");
}

/** The most severe level of all periods. */
export const spendLevel = (spend: SpendStatus): Level => spend[mostSevere(spend)].level;

function periodText(period: Period, t: Translate): string {
  const texts = { today: t("Today"), week: t("Last seven days"), month: t("This month") };
  return texts[period];
}

/** A separate icon for each level, so that levels are distinguishable without colour. */
const icons: Readonly<Record<Level, string>> = { ok: "credit-card", warning: "warning", exhausted: "error" };

const dollars = (micros: number, style: TimeStyle): string => formatUsd(micros / 1_000_000, style);

const percent = ({ spent, limit }: SpendStatus["today"]): number => (limit === 0 ? 100 : Math.floor((spent * 100) / limit));

/** The status bar's text: spend against today's limit, or against the limit that is nearly or fully reached. */
export function spendText(spend: SpendStatus, style: TimeStyle, t: Translate): string {
  const period = mostSevere(spend);
  const { spent, limit, level } = spend[period];
  const text = `$(${icons[level]}) ${dollars(spent, style)} / ${dollars(limit, style)}`;
  return period === "today" ? text : `${text} · ${periodText(period, t)}`;
}

function levelText(level: Level, t: Translate): string | undefined {
  return {
    ok: undefined,
    warning: t("A limit is nearly reached."),
    exhausted: t("A limit is reached: model calls are blocked until it resets or is extended."),
  }[level];
}

/** The item's label for screen readers. */
export function spendLabel(spend: SpendStatus, style: TimeStyle, t: Translate): string {
  const period = mostSevere(spend);
  const { spent, limit } = spend[period];
  const text = t("Reward Ledger spend: {0}, {1} of {2}", periodText(period, t), dollars(spent, style), dollars(limit, style));
  const warning = levelText(spendLevel(spend), t);
  return warning === undefined ? text : `${text}. ${warning}`;
}

/** The tooltip, Markdown with theme icons: spend per period against its limit, when the periods reset, and links. */
export function spendTooltip(spend: SpendStatus, ends: SpendEnds, style: TimeStyle, t: Translate): string {
  const rows = periods.map((period) => {
    const { spent, limit, level } = spend[period];
    const share = `${percent(spend[period])} %`;
    return [
      `${level === "ok" ? "" : `$(${icons[level]}) `}${plainBesideIcons(periodText(period, t))}`,
      plainBesideIcons(dollars(spent, style)),
      plainBesideIcons(dollars(limit, style)),
      plainBesideIcons(share),
    ];
  });
  const warning = levelText(spendLevel(spend), t);
  const reset = (at: number): string => fullTime(new Date(at).toISOString(), style);
  return [
    table([t("Spend"), t("Spent"), t("Limit"), ""], ["left", "right", "right", "right"], rows),
    ...(warning === undefined ? [] : [plainBesideIcons(warning)]),
    plainBesideIcons(t("The day starts at zero again {0}, the month {1}.", reset(ends.dayTo), reset(ends.monthTo))),
    [
      commandLink(t("Costs"), commandId("openTrends"), { tab: "costs" }),
      commandLink(t("Spend"), commandId("showSpend")),
      ...(spend.canExtend ? [commandLink(t("Extend Today's Budget"), commandId("extendBudget"))] : []),
      commandLink(t("Set the Budget"), commandId("setBudget")),
    ].join(" · "),
  ].join("\n\n");
}
