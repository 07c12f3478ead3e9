import * as z from "zod";

/** Date, optionally time (seconds and fraction may be absent), optionally `Z` or an offset `+hh`, `+hhmm` or `+hh:mm`. */
const pattern = /^(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:[Zz]|([+-]\d\d)(?::?(\d\d))?)?)?$/;

/** The earliest and latest instant with four digits of year, in UTC. */
const earliest = Date.parse("0001-01-01T00:00:00.000Z");
const latest = Date.parse("9999-12-31T23:59:59.999Z");

/** Whether milliseconds since the epoch are a time that can be written with four digits of year. */
export const isInstant = (at: number): boolean => at >= earliest && at <= latest;

const offsetMinutes = (hours: string | undefined, minutes: string | undefined): number | undefined => {
  if (hours === undefined) return 0;
  const [h, m] = [Number(hours.slice(1)), Number(minutes ?? "0")];
  if (h > 23 || m > 59) return undefined;
  return (hours.startsWith("-") ? -1 : 1) * (h * 60 + m);
};

/**
 * Parses an ISO-8601 time into milliseconds since the epoch; undefined when it is invalid. Without an offset it is UTC. Fractions
 * are cut to milliseconds. Days that do not exist, hour 24 and leap seconds are invalid.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = pattern.exec(text);
  const day = match?.[1];
  if (match === null || day === undefined) return undefined;
  const [, , time = "00:00", seconds = "00", fraction = "", offsetHours, offsetRest] = match;
  const milliseconds = fraction.slice(0, 3).padEnd(3, "0");
  const local = `${day}T${time}:${seconds}.${milliseconds}Z`;
  const parsed = Date.parse(local);
  const offset = offsetMinutes(offsetHours, offsetRest);
  // Engines roll 30 February over into March; a time that does not round-trip does not exist.
  if (offset === undefined || Number.isNaN(parsed) || new Date(parsed).toISOString() !== local) return undefined;
  const at = parsed - offset * 60_000;
  return isInstant(at) ? at : undefined;
}

/** A time in a report: ISO-8601 with any offset, or none for UTC. Returns ISO-8601 UTC with milliseconds. */
export const timestamp = z.string().transform((value, context) => {
  const at = parseTimestamp(value);
  if (at === undefined) {
    context.addIssue({ code: "custom", message: "must be an ISO-8601 time such as 2026-03-16T00:00:00Z" });
    return z.NEVER;
  }
  return new Date(at).toISOString();
});
