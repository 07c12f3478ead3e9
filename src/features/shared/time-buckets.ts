import type { Calendar } from "../../ports/ports.ts";
import type { SliceUnit } from "./bucket-starts.ts";
import { bucketsOf } from "./bucket-starts.ts";
import type { Span } from "./span.ts";

/** A day, a week from Monday on, or a month, with its instants (`to` excluded, ms since the epoch). */
export type Slice = Readonly<{
  start: string;
  from: number;
  to: number;
  /** Whether a part of it lies outside the period or after now. */
  partial: boolean;
}>;

export type CutSlices = Readonly<{ unit: SliceUnit; slices: readonly Slice[] }>;

/** A period that begins long before anything happened is drawn from this long before that on. */
const mostIdleMs = 366 * 86_400_000;

/** The start of the slice after the one that starts at `start`. */
function startAfter(calendar: Calendar, unit: SliceUnit, start: string): string {
  switch (unit) {
    case "day":
      return calendar.addDays(start, 1);
    case "week":
      return calendar.addDays(start, 7);
    case "month":
      // No month has more than 31 days.
      return `${calendar.addDays(start, 31).slice(0, 7)}-01`;
    default:
      return unit satisfies never;
  }
}

/**
 * Slices of a period by day, week or month, whatever stays readable, from its start, or the first event, to its end, or now, or the
 * last event if that is dated later. None without events.
 * @param seen instants of the first and the last event
 */
export function slicesOf(
  calendar: Calendar,
  now: Date,
  span: Span,
  seen: Readonly<{ first: number; last: number }> | null,
): CutSlices {
  if (seen === null) return { unit: "day", slices: [] };
  const first = Math.max(span.from ?? seen.first, seen.first - mostIdleMs);
  const end = span.to === undefined ? Math.max(now.getTime(), seen.last) : span.to - 1;
  const { unit, starts } = bucketsOf(calendar, calendar.dayOf(first), calendar.dayOf(end));
  const slices = starts.map((start): Slice => {
    const from = calendar.startOfDay(start);
    const to = calendar.startOfDay(startAfter(calendar, unit, start));
    const cut = (span.from !== undefined && from < span.from) || (span.to !== undefined && to > span.to);
    return { start, from, to, partial: cut || to > now.getTime() };
  });
  return { unit, slices };
}
