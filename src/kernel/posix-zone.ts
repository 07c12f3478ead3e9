/*
 * `TZ` in POSIX form: a name and the offset behind UTC (`EST5`, `<+03>-3`); for zones with summer time also its name and the
 * rules (`CET-1CEST,M3.5.0,M10.5.0/3`).
 */

/** A change of clocks: in week `week` (5: the last) of the month, on the weekday `day`, `minutes` minutes after midnight. */
type Change = Readonly<{ month: number; week: number; day: number; minutes: number }>;

/** Minutes ahead of UTC, and the changes to and from summer time, if any. */
export type PosixZone = Readonly<{
  ahead: number;
  summer: Readonly<{ ahead: number; begins: Change; ends: Change }> | null;
}>;

const [name, offset] = ["(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)", "([+-]?\\d{1,2}(?::\\d{2}){0,2})"];
const zonePattern = new RegExp(`^:?${name}${offset}(${name}${offset}?(?:,([^,]+),([^,]+))?)?$`);
/** Rules by weeks, which nearly all zones use. */
const weeklyRule = /^M\d{1,2}\.\d\.\d(?:\/[+-]?\d{1,3}(?::\d{2}){0,2})?$/;
/** Default rules where none are given: those of the United States. */
const defaultRules = ["M3.2.0", "M11.1.0"] as const;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** `-5:45` → -345. */
function parseMinutes(text: string): number {
  const [hours = 0, minutes = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function parseChange(text: string): Change {
  const [date = "", time = "2"] = text.split("/");
  const [month = 1, week = 1, day = 0] = date.slice(1).split(".").map(Number);
  return { month, week, day, minutes: parseMinutes(time) };
}

/**
 * Parses a `TZ` in POSIX form; undefined when it is not one. Rarer kinds of rules are ignored: the zone then has no summer time.
 */
export function parsePosixZone(text: string): PosixZone | undefined {
  const [whole, west, summer, summerWest, begins = defaultRules[0], ends = defaultRules[1]] = zonePattern.exec(text) ?? [];
  if (whole === undefined || west === undefined) return undefined;
  const ahead = 0 - parseMinutes(west);
  if (summer === undefined || !weeklyRule.test(begins) || !weeklyRule.test(ends)) return { ahead, summer: null };
  const summerAhead = summerWest === undefined ? ahead + 60 : 0 - parseMinutes(summerWest);
  return { ahead, summer: { ahead: summerAhead, begins: parseChange(begins), ends: parseChange(ends) } };
}

/** The instant of a change in a year. `ahead`: minutes ahead of UTC before the change. */
function instantOf({ month, week, day, minutes }: Change, year: number, ahead: number): number {
  const first = Date.UTC(year, month - 1, 1);
  const days = ((day - new Date(first).getUTCDay() + 7) % 7) + (week - 1) * 7;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return first + (days < last ? days : days - 7) * dayMs + (minutes - ahead) * minuteMs;
}

/** Instants of a year that distinguish the zone from others, and how many minutes it is ahead of UTC at each. */
export function sampleInstants({ ahead, summer }: PosixZone, year: number): readonly Readonly<{ at: number; ahead: number }>[] {
  if (summer === null) return [{ at: Date.UTC(year, 0, 1), ahead }];
  const changes = [
    { at: instantOf(summer.begins, year, ahead), before: ahead, after: summer.ahead },
    { at: instantOf(summer.ends, year, summer.ahead), before: summer.ahead, after: ahead },
  ];
  return changes.flatMap(({ at, before, after }) => [
    { at: at - minuteMs, ahead: before },
    { at, ahead: after },
  ]);
}
