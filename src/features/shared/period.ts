import { usage } from "../../kernel/errors.ts";
import { parseTimestamp } from "../../kernel/timestamp.ts";
import type { Calendar } from "../../ports/ports.ts";

const isDay = (value: string): boolean => /^\d{4}-\d\d-\d\d$/.test(value);

function instantOf(calendar: Calendar, flag: string, value: string, dayOffset: number): number {
  const at = parseTimestamp(value);
  if (at === undefined) {
    throw usage(
      `Failed to understand --${flag} ${value}: it is neither a day nor a time`,
      "Write a day such as 2026-03-16 or an ISO-8601 time such as 2026-03-16T08:00:00Z.",
    );
  }
  return isDay(value) ? calendar.startOfDay(calendar.addDays(value, dayOffset)) : at;
}

/** Bounds of event time, in ms since the epoch: `from` included, `to` excluded. */
export type Bounds = Readonly<{ from?: number | undefined; to?: number | undefined }>;

/**
 * Parses the bounds that a user wrote: a day means the whole local day, on either side; a time without an offset is UTC.
 * @throws usage
 */
export function boundsOf(
  calendar: Calendar,
  input: Readonly<{ since?: string | undefined; until?: string | undefined }>,
): Bounds {
  const from = input.since === undefined ? undefined : instantOf(calendar, "since", input.since, 0);
  const to = input.until === undefined ? undefined : instantOf(calendar, "until", input.until, 1);
  if (from !== undefined && to !== undefined && from >= to) {
    throw usage(`Failed to understand the period: it ends (${input.until}) before it starts (${input.since})`, "Swap the two.");
  }
  return { from, to };
}
