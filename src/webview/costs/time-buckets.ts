import type { SliceUnit } from "../../features/costs/operations/views.ts";
import type { TrendsFilter } from "../../protocol/trends-panel.ts";
import { addDays } from "../shared/periods.ts";
import type { Texts } from "../shared/texts.ts";

/** The name of a slice: a day, the week of a day, or a month. */
export function sliceName(texts: Texts, unit: SliceUnit, start: string): string {
  switch (unit) {
    case "day":
      return texts.dayName(start);
    case "week":
      return texts.t("tooltip.week", { date: texts.dayName(start) });
    case "month":
      return texts.monthName(start);
    default:
      return unit satisfies never;
  }
}

/** The text for the start of a slice: its first day, or its month. */
export const sliceStart = (texts: Texts, unit: SliceUnit, start: string): string =>
  unit === "month" ? texts.monthName(start) : texts.dayName(start);

/** The last day of a slice. */
function lastDay(unit: SliceUnit, start: string): string {
  switch (unit) {
    case "day":
      return start;
    case "week":
      return addDays(start, 6);
    case "month":
      // The day before the first of the next month, which always contains the 32nd day.
      return addDays(`${addDays(start, 31).slice(0, 7)}-01`, -1);
    default:
      return unit satisfies never;
  }
}

/** The filter that selects only one slice. */
export const periodOfSlice = (unit: SliceUnit, start: string): Partial<TrendsFilter> => ({
  period: "custom",
  since: start,
  until: lastDay(unit, start),
});

/**
 * Labels of slices: the day, or for months the month. The first label of each year also names the year, except the axis's first.
 * @param starts days on which slices start, ascending
 */
export function sliceLabels(starts: readonly string[], unit: SliceUnit, texts: Texts): readonly string[] {
  const format = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(texts.locale, { ...options, timeZone: "UTC" });
  const fine = format(unit === "month" ? { month: "short" } : { day: "numeric", month: "short" });
  const year = format({ year: "numeric" });
  return starts.map((start, index) => {
    const before = starts[index - 1];
    const named = before !== undefined && before.slice(0, 4) !== start.slice(0, 4);
    const at = Date.parse(start);
    return named ? `${fine.format(at)}\n${year.format(at)}` : fine.format(at);
  });
}

/** Every n-th position, counted from the last, so that labels have room. */
export function labelPositions(count: number, maxLabels: number): readonly number[] {
  const step = Math.max(1, Math.ceil(count / Math.max(1, maxLabels)));
  return Array.from({ length: count }, (_, index) => index).filter((index) => (count - 1 - index) % step === 0);
}
