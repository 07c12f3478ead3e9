import type { Calendar } from "../../ports/ports.ts";

const msPerDay = 86_400_000;

/** A local day as a number: days from 1970-01-01 to it. In SQL: `date(day * 86400, 'unixepoch')`. */
export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / msPerDay;

export const dayText = (day: number): string => new Date(day * msPerDay).toISOString().slice(0, 10);

/** Local days of instants in one zone. Asks the calendar once per day and caches the result. */
export type Days = Readonly<{
  zone: string;
  /** The local day of an instant (ms); undefined when it lies outside the years that dates can express. */
  of(at: number): number | undefined;
  /** First instant of a day, ms. */
  start(day: number): number;
}>;

type Span = Readonly<{ from: number; to: number; day: number }>;

export function createDays(calendar: Calendar): Days {
  /** Local days found so far, by the UTC days they touch. */
  const spans = new Map<number, readonly Span[]>();
  const starts = new Map<number, number>();

  const start = (day: number): number => {
    const known = starts.get(day);
    if (known !== undefined) return known;
    const found = calendar.startOfDay(dayText(day));
    starts.set(day, found);
    return found;
  };

  return {
    zone: calendar.zone,
    start,
    of(at) {
      const utcDay = Math.floor(at / msPerDay);
      const near = spans.get(utcDay) ?? [];
      const known = near.find((span) => at >= span.from && at < span.to);
      if (known !== undefined) return known.day;
      const day = dayNumber(calendar.dayOf(at));
      if (!Number.isInteger(day)) return undefined;
      const next = day + 1;
      if (!/^\d{4}-/.test(dayText(next))) return day;
      spans.set(utcDay, [...near, { from: start(day), to: start(next), day }]);
      return day;
    },
  };
}

/**
 * A period `[from, to)` cut at midnights: the whole days in it (inclusive numbers) and the remaining parts at its ends. A missing
 * bound is open.
 */
export type SplitPeriod = Readonly<{
  days: Readonly<{ first: number; last: number }> | undefined;
  edges: readonly Readonly<{ from: number; to: number }>[];
}>;

/** Beyond every day and every time that facts can have. */
export const maxDay = 10_000_000;
export const maxTime = maxDay * msPerDay;

export function splitAtMidnights(days: Days, from: number | undefined, to: number | undefined): SplitPeriod {
  const fromDay = from === undefined ? undefined : days.of(from);
  const toDay = to === undefined ? undefined : days.of(to);
  const lower = from ?? -maxTime;
  const upper = to ?? maxTime;
  if (lower >= upper) return { days: undefined, edges: [] };
  const first = fromDay === undefined ? -maxDay : days.start(fromDay) === from ? fromDay : fromDay + 1;
  const last = toDay === undefined ? maxDay : toDay - 1;
  if (first > last) return { days: undefined, edges: [{ from: lower, to: upper }] };
  const wholeFrom = fromDay === undefined ? lower : days.start(first);
  const wholeTo = toDay === undefined ? upper : days.start(toDay);
  return {
    days: { first, last },
    edges: [
      { from: lower, to: wholeFrom },
      { from: wholeTo, to: upper },
    ].filter((edge) => edge.from < edge.to),
  };
}
