import { clockToleranceMs } from "../../../kernel/clock-tolerance.ts";
import type { Fact, Recording } from "../../../kernel/fact.ts";

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const earliestClock = "1970-01-01T00:00:00.000Z";

const isClock = (value: unknown): value is string =>
  typeof value === "string" && instant.test(value) && value >= earliestClock && !Number.isNaN(Date.parse(value));

/**
 * Returns a fact's place in its log with what its device's clock showed: `clock` if the log's time was ahead of it, else `at`.
 */
export function recordingOf({
  at,
  device,
  seq,
  clock,
}: Pick<Fact, "at" | "device" | "seq"> & Readonly<{ clock?: unknown }>): Recording {
  return { at: isClock(clock) && clock < at ? clock : at, device, seq };
}

/**
 * Returns the time in ms that orders a run: the stated one, unless that is later than the recording by more than the tolerance.
 */
export function orderingTime(stated: number, recordedAt: string): number {
  const recorded = Date.parse(recordedAt);
  return stated > recorded + clockToleranceMs ? recorded : stated;
}

const subtractTolerance = (at: string): string => new Date(Date.parse(at) - clockToleranceMs).toISOString();

function settleLog<R extends Recording>(log: readonly R[], readings: readonly Recording[]): ReadonlyMap<R, string> {
  const entries = log.toSorted((a, b) => b.seq - a.seq);
  const later = readings.toSorted((a, b) => a.seq - b.seq);
  let lowest: string | null = null;
  const bounded = entries.map((entry) => {
    for (let last = later.at(-1); last !== undefined && last.seq >= entry.seq; last = later.at(-1)) {
      if (lowest === null || last.at < lowest) lowest = last.at;
      later.pop();
    }
    return { entry, lowest };
  });
  let lastCorrect: string | null = null;
  const settled = new Map<R, string>();
  for (const { entry, lowest: bound } of bounded.reverse()) {
    if (bound === null || entry.at <= bound) {
      lastCorrect = entry.at;
      settled.set(entry, entry.at);
    } else {
      const before = subtractTolerance(bound);
      settled.set(entry, lastCorrect !== null && lastCorrect > before ? lastCorrect : before);
    }
  }
  return settled;
}

/**
 * Determines when facts were recorded, as far as their logs show. If a fact's clock showed a later time than a subsequent fact of
 * the same log, that clock was ahead: the fact counts as recorded with the fact before it, or the tolerance before the subsequent
 * one if that is later.
 * @param readings facts of any kind at which a clock had gone back; other facts in the list have no effect
 * @returns the time of each recording, in no particular order
 */
export function settledTimes<R extends Recording>(
  recordings: readonly R[],
  readings: readonly Recording[],
): ReadonlyMap<R, string> {
  const readingsByDevice = new Map<string, Recording[]>();
  for (const reading of readings) {
    const known = readingsByDevice.get(reading.device);
    if (known === undefined) readingsByDevice.set(reading.device, [reading]);
    else known.push(reading);
  }
  const settled = new Map<R, string>();
  const logs = new Map<string, R[]>();
  for (const one of recordings) {
    if (!readingsByDevice.has(one.device)) settled.set(one, one.at);
    else {
      const log = logs.get(one.device);
      if (log === undefined) logs.set(one.device, [one]);
      else log.push(one);
    }
  }
  for (const [device, log] of logs)
    for (const [one, at] of settleLog(log, readingsByDevice.get(device) ?? [])) settled.set(one, at);
  return settled;
}
