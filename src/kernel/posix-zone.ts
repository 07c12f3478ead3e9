/*
 * `TZ` in the form of POSIX: a name and how far it is behind UTC (`EST5`, `<+03>-3`), where clocks change also the name of summer time
 * and the rules (`CET-1CEST,M3.5.0,M10.5.0/3`).
 */

/** A change of clocks: in that week (5: the last) of that month, on that day of the week, so many minutes after midnight. */
type Change = Readonly<{ month: number; week: number; day: number; minutes: number }>;

/** Minutes ahead of UTC, and the changes to and from summer time where there are any. */
export type PosixZone = Readonly<{
  ahead: number;
  summer: Readonly<{ ahead: number; begins: Change; ends: Change }> | null;
}>;

const [name, offset] = ["(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)", "([+-]?\\d{1,2}(?::\\d{2}){0,2})"];
const form = new RegExp(`^:?${name}${offset}(${name}${offset}?(?:,([^,]+),([^,]+))?)?$`);
/** The rules by weeks, which nearly all zones have. */
const weekly = /^M\d{1,2}\.\d\.\d(?:\/[+-]?\d{1,3}(?::\d{2}){0,2})?$/;
/** When clocks change where no rules are given: as in the United States. */
const usual = ["M3.2.0", "M11.1.0"] as const;

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** `-5:45` → -345. */
function minutesOf(text: string): number {
  const [hours = 0, minutes = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

function changeOf(text: string): Change {
  const [date = "", time = "2"] = text.split("/");
  const [month = 1, week = 1, day = 0] = date.slice(1).split(".").map(Number);
  return { month, week, day, minutes: minutesOf(time) };
}

/** Understands such a text; undefined when it is none. Rules of a rarer kind are not followed: it is always winter then. */
export function parsePosixZone(text: string): PosixZone | undefined {
  const [whole, west, summer, summerWest, begins = usual[0], ends = usual[1]] = form.exec(text) ?? [];
  if (whole === undefined || west === undefined) return undefined;
  const ahead = 0 - minutesOf(west);
  if (summer === undefined || !weekly.test(begins) || !weekly.test(ends)) return { ahead, summer: null };
  const summerAhead = summerWest === undefined ? ahead + 60 : 0 - minutesOf(summerWest);
  return { ahead, summer: { ahead: summerAhead, begins: changeOf(begins), ends: changeOf(ends) } };
}

/** The instant of a change in a year, on clocks that are so far ahead before it. */
function instantOf({ month, week, day, minutes }: Change, year: number, ahead: number): number {
  const first = Date.UTC(year, month - 1, 1);
  const days = ((day - new Date(first).getUTCDay() + 7) % 7) + (week - 1) * 7;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return first + (days < last ? days : days - 7) * dayMs + (minutes - ahead) * minuteMs;
}

/** The instants of a year at which the zone is told from others, and how far it is ahead of UTC at each. */
export function samplesOf({ ahead, summer }: PosixZone, year: number): readonly Readonly<{ at: number; ahead: number }>[] {
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
