import type { Calendar } from "../../ports/ports.ts";

const dayMs = 86_400_000;

/** Bounds of the periods that limits are for, ms since the epoch. Days are the ledger's; the week is the last seven days. */
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

/** Where the day and the month of an instant begin and end, as spending limits are asked for. */
export function spendBounds(calendar: Calendar, now: Date) {
  const { today, month } = periodsOf(calendar, now);
  return { dayFrom: today.from, dayTo: today.to, monthFrom: month.from, monthTo: month.to } as const;
}
