import { DateTime, FixedOffsetZone, IANAZone, type Zone } from "luxon";
import { invalidInput } from "../kernel/errors.ts";
import { findZone, thisMachineZone, utc } from "../kernel/time-zone.ts";
import type { Calendar } from "../ports/ports.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Maximum number of cached days; more than any screen asks for. */
const maxCachedDays = 50_000;
const lastDay = "9999-12-31";

/** The date (`YYYY-MM-DD`) of a day, given as the number of days since the epoch. */
function toIsoDay(dayNumber: number): string {
  const iso = new Date(dayNumber * dayMs).toISOString();
  // Years beyond four digits have a sign; the calendar ends before them.
  return iso.startsWith("+") ? lastDay : iso.slice(0, 10);
}

const toDayNumber = (day: string): number => Math.round(Date.parse(day) / dayMs);

/** Caches the results of a function: a screen asks for the same few hundred days again and again. */
function memoize<K, V>(find: (key: K) => V): (key: K) => V {
  const cache = new Map<K, V>();
  return (key) => {
    const cached = cache.get(key);
    if (cached !== undefined) return cached;
    const found = find(key);
    if (cache.size >= maxCachedDays) cache.clear();
    cache.set(key, found);
    return found;
  };
}

/** Offset from UTC in ms, cached for every UTC day in which it does not change. */
function offsetLookup(zone: Zone): (at: number) => number {
  /** null: the offset changes within that day and must be computed for each instant. */
  const cache = new Map<number, number | null>();
  const readOffset = (at: number): number => zone.offset(at) * minuteMs;
  return (at) => {
    const day = Math.floor(at / dayMs);
    let offset = cache.get(day);
    if (offset === undefined) {
      const [first, last] = [readOffset(day * dayMs), readOffset((day + 1) * dayMs - 1)];
      offset = first === last ? first : null;
      if (cache.size >= maxCachedDays) cache.clear();
      cache.set(day, offset);
    }
    return offset ?? readOffset(at);
  };
}

/**
 * Days and weeks in one time zone. Finding the day of an instant costs a map lookup, except on days on which the clocks change.
 * @param zone IANA name, e.g. `Europe/Berlin`
 * @throws invalid_input when there is no such zone
 */
export function calendarOf(zone: string): Calendar {
  // UTC needs no `Intl`, whose first use takes a tenth of the time of a short process.
  const zoneInfo = zone === utc ? FixedOffsetZone.utcInstance : IANAZone.create(zone);
  if (!zoneInfo.isValid) throw invalidInput(`the time zone ${zone}`, ["it is not an IANA name such as Europe/Berlin"]);
  const offsetAt = offsetLookup(zoneInfo);
  const isoDay = memoize(toIsoDay);
  const dayNumber = memoize(toDayNumber);
  return {
    zone,
    dayOf: (at) => isoDay(Math.floor((at + offsetAt(at)) / dayMs)),
    startOfDay: memoize((day: string) => {
      const midnight = Date.parse(day);
      const [before, after] = [offsetAt(midnight - dayMs), offsetAt(midnight + dayMs)];
      // No offset exceeds a day, so equal offsets mean that the clocks do not change around this midnight.
      if (before === after && before === offsetAt(midnight)) return midnight - before;
      const start = DateTime.fromISO(day, { zone: zoneInfo }).startOf("day");
      // When clocks are set back over midnight, midnight occurs twice; the first one counts.
      return Math.min(...start.getPossibleOffsets().map((one) => one.toMillis()));
    }),
    addDays: (day, n) => isoDay(dayNumber(day) + n),
    // Day 0, 1 January 1970, is a Thursday: three days after a Monday.
    mondayOf: (day) => isoDay(dayNumber(day) - ((((dayNumber(day) + 3) % 7) + 7) % 7)),
  };
}

/**
 * The calendar of the user's zone: the given one, else `REWARD_LEDGER_TZ`, else the machine's (which `TZ` sets). A name that is
 * not a zone is skipped and reported in `complaint`, so that work can continue. The zone is determined when a day is first asked
 * for, which few short commands do.
 */
export function userCalendar(zone: string | undefined, env: Readonly<Record<string, string | undefined>>): Calendar {
  let found: Calendar | undefined;
  const calendar = (): Calendar => {
    if (found === undefined) {
      const candidates = [
        { source: "rewardLedger.timeZone", name: zone },
        { source: "REWARD_LEDGER_TZ", name: env["REWARD_LEDGER_TZ"] },
      ];
      const { zone: name, complaint } = findZone(candidates, thisMachineZone(env), Date.now());
      found = { ...calendarOf(name), complaint };
    }
    return found;
  };
  return {
    get zone() {
      return calendar().zone;
    },
    get complaint() {
      return calendar().complaint ?? null;
    },
    dayOf: (at) => calendar().dayOf(at),
    startOfDay: (day) => calendar().startOfDay(day),
    addDays: (day, n) => calendar().addDays(day, n),
    mondayOf: (day) => calendar().mondayOf(day),
  };
}
