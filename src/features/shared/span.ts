import type { Calendar } from "../../ports/ports.ts";
import type { Bounds } from "./period.ts";

/** Named periods end today, today included; `all` has no bounds; `custom` is bounded by its days. */
export const periods = ["7d", "30d", "90d", "365d", "all", "custom"] as const;
export type Period = (typeof periods)[number];

/**
 * The period of a panel, in whole local days, and the preceding period of the same length (absent if the period has no start).
 */
export type Span = Bounds & Readonly<{ previous?: Readonly<{ from: number; to: number }> | undefined }>;

export type PeriodChoice = Readonly<{
  period?: Period | undefined;
  /** Local days, both included. */
  since?: string | undefined;
  until?: string | undefined;
}>;

const dayMs = 86_400_000;

/** Number of days from `a` to `b`, 0 if they are the same. */
export const daysBetween = (a: string, b: string): number => Math.round((Date.parse(b) - Date.parse(a)) / dayMs);

function customSpan(calendar: Calendar, today: string, since: string | undefined, until: string | undefined): Span {
  const to = until === undefined ? undefined : calendar.startOfDay(calendar.addDays(until, 1));
  if (since === undefined) return { to };
  const from = calendar.startOfDay(since);
  const length = Math.max(1, daysBetween(since, until ?? today) + 1);
  return { from, to, previous: { from: calendar.startOfDay(calendar.addDays(since, -length)), to: from } };
}

/** Returns the span of a choice. Days without a named period mean `custom`. */
export function spanOf(calendar: Calendar, now: Date, { period, since, until }: PeriodChoice): Span {
  const today = calendar.dayOf(now.getTime());
  const chosen = period ?? (since === undefined && until === undefined ? "all" : "custom");
  switch (chosen) {
    case "all":
      return {};
    case "custom":
      return customSpan(calendar, today, since, until);
    case "7d":
    case "30d":
    case "90d":
    case "365d":
      return customSpan(calendar, today, calendar.addDays(today, 1 - Number.parseInt(chosen, 10)), undefined);
    default:
      return chosen satisfies never;
  }
}
