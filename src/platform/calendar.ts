import { DateTime, FixedOffsetZone, IANAZone, type Zone } from "luxon";
import { invalidInput } from "../kernel/errors.ts";
import { findZone, thisMachineZone, utc } from "../kernel/time-zone.ts";
import type { Calendar } from "../ports/ports.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;
/** Maximum number of cached days; more than any screen asks for. */
const mostDays = 50_000;
const lastDay = "9999-12-31";

/** The date (`YYYY-MM-DD`) of a day, given as the number of days since the epoch. */
function nameOf(dayNumber: number): string {
  const iso = new Date(dayNumber * dayMs).toISOString();
  // Years beyond four digits have a sign; the calendar ends before them.
  return iso.startsWith("+") ? lastDay : iso.slice(0, 10);
}

const numberOf = (day: string): number => Math.round(Date.parse(day) / dayMs);

/** Caches the results of a function: a screen asks for the same few hundred days again and again. */
function remembering<K, V>(find: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const found = find(key);
    if (known.size >= mostDays) known.clear();
    known.set(key, found);
    return found;
  };
}

/** Offset from UTC in ms, cached for every UTC day in which it does not change. */
function offsets(zone: Zone): (at: number) => number {
  /** null: the offset changes within that day and must be computed for each instant. */
  const known = new Map<number, number | null>();
  const ask = (at: number): number => zone.offset(at) * minuteMs;
  return (at) => {
    const day = Math.floor(at / dayMs);
    let offset = known.get(day);
    if (offset === undefined) {
      const [first, last] = [ask(day * dayMs), ask((day + 1) * dayMs - 1)];
      offset = first === last ? first : null;
      if (known.size >= mostDays) known.clear();
      known.set(day, offset);
    }
    return offset ?? ask(at);
  };
}

/**
 * Days and weeks in one time zone. Finding the day of an instant costs a map lookup, except on days on which the clocks change.
 * @param zone IANA name, e.g. `Europe/Berlin`
 * @throws invalid_input when there is no such zone
 */
export function calendarOf(zone: string): Calendar {
  // UTC needs no `Intl`, whose first use takes a tenth of the time of a short process.
  const known = zone === utc ? FixedOffsetZone.utcInstance : IANAZone.create(zone);
  if (!known.isValid) throw invalidInput(`the time zone ${zone}`, ["it is not an IANA name such as Europe/Berlin"]);
  const offsetAt = offsets(known);
  const name = remembering(nameOf);
  const number = remembering(numberOf);
  return {
    zone,
    dayOf: (at) => name(Math.floor((at + offsetAt(at)) / dayMs)),
    startOfDay: remembering((day: string) => {
      const midnight = Date.parse(day);
      const [before, after] = [offsetAt(midnight - dayMs), offsetAt(midnight + dayMs)];
      // No offset exceeds a day, so equal offsets mean that the clocks do not change around this midnight.
      if (before === after && before === offsetAt(midnight)) return midnight - before;
      const start = DateTime.fromISO(day, { zone: known }).startOf("day");
      // When clocks are set back over midnight, midnight occurs twice; the first one counts.
      return Math.min(...start.getPossibleOffsets().map((one) => one.toMillis()));
    }),
    addDays: (day, n) => name(number(day) + n),
    // Day 0, 1 January 1970, is a Thursday: three days after a Monday.
    mondayOf: (day) => name(number(day) - ((((number(day) + 3) % 7) + 7) % 7)),
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
      const named = [
        { source: "rewardLedger.timeZone", name: zone },
        { source: "REWARD_LEDGER_TZ", name: env["REWARD_LEDGER_TZ"] },
      ];
      const { zone: name, complaint } = findZone(named, thisMachineZone(env), Date.now());
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
