import { describe, expect, it } from "vitest";
import { formatNumber } from "../../src/kernel/grouped.ts";
import { plain } from "../../src/render/terminal/plain.ts";
import { absoluteText, relativeText, timeFormatter, untilText } from "../../src/render/terminal/time.ts";
import { pipeStyle } from "./style.ts";

describe("text", () => {
  it("strips escape sequences, control and bidi characters from untrusted text", () => {
    expect(plain("\u001b[31mred\u001b[0m\u0007")).toBe("red ");
    expect(plain("two\r\nlines\tand a tab")).toBe("two lines and a tab");
    expect(plain("file\u202egnp.exe")).toBe("file gnp.exe");
    expect(plain("\u001b]8;;http://x\u0007link\u001b]8;;\u0007")).toBe("link");
    expect(plain("規則 ünïcode 🔥")).toBe("規則 ünïcode 🔥");
  });
});

describe("time", () => {
  it("shows an instant in the ledger's time zone", () => {
    expect(absoluteText("2026-03-16T23:30:00.000Z", { zone: "UTC" })).toBe("2026-03-16 23:30");
    expect(absoluteText("2026-03-16T23:30:00.000Z", { zone: "Europe/Berlin" })).toBe("2026-03-17 00:30");
  });

  it("shows the same local time by the machine's clock as in its named zone", () => {
    const zone = process.env["TZ"];
    try {
      for (const name of ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]) {
        process.env["TZ"] = name;
        const [byClock, inZone] = [timeFormatter(null), timeFormatter(name)];
        for (let at = Date.UTC(2025, 11, 31, 22, 59); at < Date.UTC(2027, 0, 2); at += 7 * 3_599_000) {
          const iso = new Date(at).toISOString();
          expect(byClock(iso)).toBe(inZone(iso));
        }
      }
    } finally {
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
  });

  it("phrases distances in years like Intl does in English", () => {
    const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
    for (const years of [-12_345, -2, -1, 1, 2, 1_000, 12_345]) {
      const at = new Date(pipeStyle.now.getTime() + years * 366 * 86_400_000);
      if (years < 0)
        expect(relativeText(at.toISOString(), pipeStyle)).toBe(words.format(Math.trunc(years * (366 / 365.25)), "year"));
      else expect(untilText(at.toISOString(), pipeStyle)).toBe(words.format(Math.trunc(years * (366 / 365.25)), "year"));
    }
  });

  it.each([0, 7, -7, 999, 1_000, -1_000, 123_456, 1_234_567, -12_345_678, 0.5, 1_234.5678, Number.MAX_SAFE_INTEGER, 1e21])(
    "formats the number %d like toLocaleString",
    (value) => {
      expect(formatNumber(value)).toBe(value.toLocaleString("en-US"));
    },
  );

  it.each([
    ["2026-03-20T11:59:50.000Z", "just now"],
    ["2026-03-20T11:58:00.000Z", "2 minutes ago"],
    ["2026-03-20T11:00:10.000Z", "1 hour ago"],
    ["2026-03-17T12:00:00.000Z", "3 days ago"],
    ["2026-03-06T12:00:00.000Z", "2 weeks ago"],
    ["2025-12-20T12:00:00.000Z", "2 months ago"],
    ["2024-01-01T12:00:00.000Z", "2 years ago"],
    ["2026-03-20T12:04:59.000Z", "just now"],
    ["2026-03-20T14:00:00.000Z", "2 hours ahead"],
  ])("describes an event at %s as: %s", (iso, words) => {
    expect(relativeText(iso, pipeStyle)).toBe(words);
  });

  it.each([
    ["2026-03-20T11:00:00.000Z", "due"],
    ["2026-03-20T12:00:00.000Z", "due"],
    ["2026-03-20T12:00:00.400Z", "in 1 second"],
    ["2026-03-20T12:00:20.000Z", "in 20 seconds"],
    ["2026-03-20T12:01:00.000Z", "in 1 minute"],
    ["2026-03-20T14:00:00.000Z", "in 2 hours"],
  ])("describes a due time of %s as: %s", (iso, words) => {
    expect(untilText(iso, pipeStyle)).toBe(words);
  });
});
