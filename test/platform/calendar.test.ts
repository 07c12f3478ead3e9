import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { calendarOf, userCalendar } from "../../src/platform/calendar.ts";

const at = (iso: string): number => Date.parse(iso);

describe("dayOf", () => {
  it.each([
    ["UTC", "2026-03-16T23:59:59.999Z", "2026-03-16"],
    ["UTC", "2026-03-17T00:00:00.000Z", "2026-03-17"],
    ["Europe/Berlin", "2026-03-16T22:59:59.999Z", "2026-03-16"],
    ["Europe/Berlin", "2026-03-16T23:00:00.000Z", "2026-03-17"],
    // Summer time starts on 29 March 2026 at 01:00 UTC: that day has 23 hours.
    ["Europe/Berlin", "2026-03-28T23:00:00.000Z", "2026-03-29"],
    ["Europe/Berlin", "2026-03-29T21:59:59.999Z", "2026-03-29"],
    ["Europe/Berlin", "2026-03-29T22:00:00.000Z", "2026-03-30"],
    // It ends on 25 October 2026 at 01:00 UTC: that day has 25 hours.
    ["Europe/Berlin", "2026-10-24T22:00:00.000Z", "2026-10-25"],
    ["Europe/Berlin", "2026-10-25T22:59:59.999Z", "2026-10-25"],
    ["Europe/Berlin", "2026-10-25T23:00:00.000Z", "2026-10-26"],
    ["America/New_York", "2026-03-08T04:59:59.999Z", "2026-03-07"],
    ["America/New_York", "2026-03-08T05:00:00.000Z", "2026-03-08"],
    ["America/New_York", "2026-03-09T04:00:00.000Z", "2026-03-09"],
    ["Asia/Kolkata", "2026-03-16T18:29:59.999Z", "2026-03-16"],
    ["Asia/Kolkata", "2026-03-16T18:30:00.000Z", "2026-03-17"],
    ["Pacific/Kiritimati", "2026-03-16T10:00:00.000Z", "2026-03-17"],
    ["UTC", "1969-12-31T23:59:59.999Z", "1969-12-31"],
    ["UTC", "0001-01-01T00:00:00.000Z", "0001-01-01"],
  ])("%s %s falls on %s", (zone, iso, day) => {
    const calendar = calendarOf(zone);
    expect(calendar.dayOf(at(iso))).toBe(day);
    // The second answer comes from the cache.
    expect(calendar.dayOf(at(iso))).toBe(day);
  });

  const zones = ["UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"];

  it.each(zones)("equals the slow calculation for any instant in %s", (zone) => {
    const calendar = calendarOf(zone);
    const instants = fc.integer({ min: at("1990-01-01T00:00:00Z"), max: at("2060-01-01T00:00:00Z") });
    fc.assert(fc.property(instants, (instant) => calendar.dayOf(instant) === DateTime.fromMillis(instant, { zone }).toISODate()));
  });

  it.each(zones)("equals the slow calculation for every quarter of an hour around clock changes in %s", (zone) => {
    const calendar = calendarOf(zone);
    for (const change of ["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"]) {
      for (let step = -96; step <= 192; step += 1) {
        const instant = at(change) + step * 900_000;
        expect(calendar.dayOf(instant)).toBe(DateTime.fromMillis(instant, { zone }).toISODate());
      }
    }
  });
});

describe("startOfDay", () => {
  it.each([
    ["UTC", "2026-03-16", "2026-03-16T00:00:00.000Z"],
    ["Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00.000Z"],
    ["Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00.000Z"],
    ["Europe/Berlin", "2026-10-26", "2026-10-25T23:00:00.000Z"],
    // No midnight on that day: the clocks jumped from 24:00 to 01:00.
    ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"],
    // Midnight came twice on that day: the first one counts.
    ["America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z"],
  ])("%s %s starts at %s", (zone, day, iso) => {
    expect(new Date(calendarOf(zone).startOfDay(day)).toISOString()).toBe(iso);
  });

  it.each(["UTC", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "Asia/Kolkata"])(
    "is the first instant of each day over several years in %s",
    (zone) => {
      const calendar = calendarOf(zone);
      for (let day = "2016-12-31"; day < "2020-01-02"; day = calendar.addDays(day, 1)) {
        const start = calendar.startOfDay(day);
        expect([calendar.dayOf(start), calendar.dayOf(start - 1)]).toEqual([day, calendar.addDays(day, -1)]);
      }
    },
  );
});

describe("days and weeks", () => {
  const calendar = calendarOf("Europe/Berlin");

  it.each([
    ["2026-03-16", 1, "2026-03-17"],
    ["2026-03-01", -1, "2026-02-28"],
    ["2024-02-28", 1, "2024-02-29"],
    ["2026-12-31", 1, "2027-01-01"],
    ["2026-03-28", 2, "2026-03-30"],
    ["9999-12-31", 1, "9999-12-31"],
  ])("%s plus %i is %s", (day, n, expected) => expect(calendar.addDays(day, n)).toBe(expected));

  it.each([
    ["2026-03-16", "2026-03-16"],
    ["2026-03-22", "2026-03-16"],
    ["2026-03-23", "2026-03-23"],
    ["2026-01-01", "2025-12-29"],
    ["1969-12-31", "1969-12-29"],
    ["1970-01-04", "1969-12-29"],
    ["1970-01-05", "1970-01-05"],
  ])("the week of %s starts on %s", (day, monday) => expect(calendar.mondayOf(day)).toBe(monday));
});

describe("the time zone", () => {
  it("must exist", () => expect(() => calendarOf("Mars/Olympus")).toThrow("it is not an IANA name"));

  it("is the given one, else REWARD_LEDGER_TZ, else the machine's", () => {
    const machine = Intl.DateTimeFormat().resolvedOptions().timeZone;
    expect(userCalendar("Asia/Tokyo", { REWARD_LEDGER_TZ: "UTC" }).zone).toBe("Asia/Tokyo");
    expect(userCalendar(undefined, { REWARD_LEDGER_TZ: "Asia/Tokyo" }).zone).toBe("Asia/Tokyo");
    expect(userCalendar(undefined, { REWARD_LEDGER_TZ: " " }).zone).toBe(machine);
    expect(userCalendar(undefined, { REWARD_LEDGER_TZ: "Mars/Olympus" }).zone).toBe(machine);
    expect(userCalendar("Mars/Olympus", { REWARD_LEDGER_TZ: "Asia/Tokyo" }).zone).toBe("Asia/Tokyo");
    expect(userCalendar("Mars/Olympus", {}).complaint).toContain("rewardLedger.timeZone");
    expect(userCalendar("Asia/Tokyo", {}).complaint).toBeNull();
  });

  it("of the machine gives the same days as its name", () => {
    const [late, named] = [userCalendar(undefined, {}), calendarOf(Intl.DateTimeFormat().resolvedOptions().timeZone)];
    const instant = at("2026-03-29T22:30:00.000Z");
    expect(late.dayOf(instant)).toBe(named.dayOf(instant));
    expect(late.startOfDay("2026-03-29")).toBe(named.startOfDay("2026-03-29"));
    expect([late.addDays("2026-02-28", 1), late.mondayOf("2026-11-21")]).toEqual(["2026-03-01", "2026-11-16"]);
  });
});
