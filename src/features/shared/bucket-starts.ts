import type { Calendar } from "../../ports/ports.ts";
import { daysBetween } from "./span.ts";
/** Days, weeks from Monday on, or months, by what stays readable. */
export type SliceUnit = "day" | "week" | "month";

/** Longest spans that are cut into days and into weeks; longer ones are cut into months. */
const mostDays = 62;
const mostDaysInWeeks = 2 * 366;

/** Equal slices of a span of days: `starts` ascending, and which slice a day falls into (undefined outside). */
export type Buckets = Readonly<{ unit: SliceUnit; starts: readonly string[]; indexOf(day: string): number | undefined }>;

const unitOf = (days: number): SliceUnit => (days <= mostDays ? "day" : days <= mostDaysInWeeks ? "week" : "month");

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

/** The start of the slice after the one that starts at `start`. */
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

/** Slices the days from `first` to `last`, both included, by day, week or month, whatever stays readable. */
export function bucketsOf(calendar: Calendar, first: string, last: string): Buckets {
  const unit = unitOf(daysBetween(first, last) + 1);
  const starts: string[] = [];
  for (let start = startOf(calendar, unit, first); start <= last; start = nextStart(calendar, unit, start)) starts.push(start);
  const indexes = new Map(starts.map((start, index) => [start, index]));
  return { unit, starts, indexOf: (day) => indexes.get(startOf(calendar, unit, day)) };
}

/** No slice at all, for a span without findings. */
export const noBuckets: Buckets = { unit: "day", starts: [], indexOf: () => undefined };
