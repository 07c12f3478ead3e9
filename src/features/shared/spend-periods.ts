import type { Calendar } from "../../ports/ports.ts";

const dayMs = 86_400_000;

/**
 * Returns the bounds of the periods that have limits, in ms since the epoch. Days are those of the ledger's time zone; the week
 * is the last seven days.
 */
export function periodsOf(calendar: Calendar, now: Date) {
  const at = now.getTime();
  const today = calendar.dayOf(at);
  const nextMonth = calendar.dayOf(calendar.startOfDay(`${today.slice(0, 8)}01`) + 32 * dayMs);
  return {
    today: { from: calendar.startOfDay(today), to: calendar.startOfDay(calendar.addDays(today, 1)) },
    week: { from: at - 7 * dayMs, to: at + 1 },
    month: { from: calendar.startOfDay(`${today.slice(0, 8)}01`), to: calendar.startOfDay(`${nextMonth.slice(0, 8)}01`) },
  } as const;
}

/** Returns when the day and the month of an instant begin and end, in the form that spending limits use. */
export function spendBounds(calendar: Calendar, now: Date) {
  const { today, month } = periodsOf(calendar, now);
  return { dayFrom: today.from, dayTo: today.to, monthFrom: month.from, monthTo: month.to } as const;
}
