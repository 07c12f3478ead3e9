import type { TimeStyle } from "../../render/markdown/words.ts";

export { fullTime, type TimeStyle } from "../../render/markdown/words.ts";

/** The local day of an instant, `YYYY-MM-DD`. */
export function dayOf(iso: string, zone: string | undefined): string {
  // The Swedish locale formats dates as ISO 8601.
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short" }).format(new Date(iso));
}

/** A local day as display text: `Today`, `Yesterday`, else weekday and date. */
export function dayText(iso: string, style: TimeStyle): string {
  const day = dayOf(iso, style.zone);
  const daysAgo = Math.round((Date.parse(dayOf(style.now.toISOString(), style.zone)) - Date.parse(day)) / 86_400_000);
  if (daysAgo === 0 || daysAgo === 1) {
    const word = new Intl.RelativeTimeFormat(style.locale, { numeric: "auto" }).format(-daysAgo, "day");
    return word.charAt(0).toLocaleUpperCase(style.locale) + word.slice(1);
  }
  const sameYear = day.slice(0, 4) === dayOf(style.now.toISOString(), style.zone).slice(0, 4);
  return new Intl.DateTimeFormat(style.locale, {
    timeZone: style.zone,
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(new Date(iso));
}

/** Hours and minutes of an instant, `14:32` in every language, so that rows of a list align. */
export const clockTime = (iso: string, style: TimeStyle): string =>
  new Intl.DateTimeFormat(style.locale, { timeZone: style.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
    new Date(iso),
  );

/** Day and time of an instant in the short form of the display language; with the year only if it is not the current one. */
export function shortTime(iso: string, style: TimeStyle): string {
  const sameYear = dayOf(iso, style.zone).slice(0, 4) === dayOf(style.now.toISOString(), style.zone).slice(0, 4);
  return new Intl.DateTimeFormat(style.locale, {
    timeZone: style.zone,
    ...(sameYear ? {} : { year: "2-digit" }),
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(new Date(iso));
}

/** First day, `YYYY-MM-DD`, of the period of `days` local days that ends today. */
export function firstDay(days: number, { now, zone }: TimeStyle): string {
  const today = Date.parse(dayOf(now.toISOString(), zone));
  return new Date(today - (days - 1) * 86_400_000).toISOString().slice(0, 10);
}
