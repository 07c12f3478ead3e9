import type { Calendar } from "../../ports/ports.ts";
import { daysBetween, type Span } from "./span.ts";

/** Days, weeks from Monday, or months: whichever stays readable. */
export type SliceUnit = "day" | "week" | "month";

/** Maximum length in days of spans that are divided into days and into weeks; longer ones are divided into months. */
const maxDaysByDay = 62;
const maxDaysByWeek = 2 * 366;

/** Equal slices of a span of days: `starts` ascending, and the slice that a day falls into (undefined outside). */
export type Buckets = Readonly<{ unit: SliceUnit; starts: readonly string[]; indexOf(day: string): number | undefined }>;

const unitOf = (days: number): SliceUnit => (days <= maxDaysByDay ? "day" : days <= maxDaysByWeek ? "week" : "month");

const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;

function startOf(calendar: Calendar, unit: SliceUnit, day: string): string {
  switch (unit) {
    case "day":
      return day;
    case "week":
      return calendar.mondayOf(day);
    case "month":
      return firstOfMonth(day);
    default:
      return unit satisfies never;
  }
}

/** Returns the start of the slice after the one that starts at `start`. */
function nextStart(calendar: Calendar, unit: SliceUnit, start: string): string {
  switch (unit) {
    case "day":
      return calendar.addDays(start, 1);
    case "week":
      return calendar.addDays(start, 7);
    case "month":
      // No month has more than 31 days, so the 32nd day after its first lies in the next one.
      return firstOfMonth(calendar.addDays(start, 31));
    default:
      return unit satisfies never;
  }
}

/** Divides the days from `first` to `last`, both included, into days, weeks or months, whichever stays readable. */
export function bucketsOf(calendar: Calendar, first: string, last: string): Buckets {
  const unit = unitOf(daysBetween(first, last) + 1);
  const starts: string[] = [];
  for (let start = startOf(calendar, unit, first); start <= last; start = nextStart(calendar, unit, start)) starts.push(start);
  const indexes = new Map(starts.map((start, index) => [start, index]));
  return { unit, starts, indexOf: (day) => indexes.get(startOf(calendar, unit, day)) };
}

/** No slices, for a span without findings. */
export const noBuckets: Buckets = { unit: "day", starts: [], indexOf: () => undefined };

/** A day, a week from Monday, or a month, with its bounds (`to` excluded, ms since the epoch). */
export type Slice = Readonly<{
  start: string;
  from: number;
  to: number;
  /** Whether a part of it is outside the period or in the future. */
  partial: boolean;
}>;

export type PeriodSlices = Readonly<{ unit: SliceUnit; slices: readonly Slice[] }>;

/** Maximum time in ms that is drawn before the first event, for a period that begins earlier. */
const maxIdleMs = 366 * 86_400_000;

/**
 * Divides a period into days, weeks or months, whichever stays readable: from its start, or the first event, to its end, or now,
 * or the last event if that is later. Empty if there are no events.
 * @param eventRange instants of the first and the last event
 */
export function slicesOf(
  calendar: Calendar,
  now: Date,
  span: Span,
  eventRange: Readonly<{ first: number; last: number }> | null,
): PeriodSlices {
  if (eventRange === null) return { unit: "day", slices: [] };
  const first = Math.max(span.from ?? eventRange.first, eventRange.first - maxIdleMs);
  const end = span.to === undefined ? Math.max(now.getTime(), eventRange.last) : span.to - 1;
  const { unit, starts } = bucketsOf(calendar, calendar.dayOf(first), calendar.dayOf(end));
  const slices = starts.map((start): Slice => {
    const from = calendar.startOfDay(start);
    const to = calendar.startOfDay(nextStart(calendar, unit, start));
    const isCut = (span.from !== undefined && from < span.from) || (span.to !== undefined && to > span.to);
    return { start, from, to, partial: isCut || to > now.getTime() };
  });
  return { unit, slices };
}
