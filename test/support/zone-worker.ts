import { styleFor } from "../../src/cli/terminal.ts";
import { userCalendar } from "../../src/platform/calendar.ts";
import { isMachineZone } from "../../src/platform/machine-zone.ts";

/**
 * A process that prints, in one JSON line, the time zone that the program uses in its environment. A separate process is required
 * because V8 reads `TZ` when a process starts. Its argument is the instant to show.
 */
const at = process.argv[2] ?? "";
const calendar = userCalendar(undefined, process.env);
const style = styleFor({}, process.env, {
  noColor: true,
  now: new Date(at),
  // The same choice of zone as in the program.
  zone: isMachineZone(process.env) ? null : calendar.zone,
});
const day = calendar.dayOf(Date.parse(at));
console.log(
  JSON.stringify({
    shown: style.times?.(at),
    day,
    holds: calendar.startOfDay(day) <= Date.parse(at) && Date.parse(at) < calendar.startOfDay(calendar.addDays(day, 1)),
    monday: calendar.mondayOf(day),
    zone: calendar.zone,
    complaint: calendar.complaint,
  }),
);
