import { array, assert, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { localDays, readableLines, resolutionsOf, spanOfSum, summedLine } from "../../../src/webview/coins/resolution.ts";
import { coinLines } from "../../../src/webview/shared/chart/lines.ts";
import { addDays, mondayOf, periodOfNewest, periodOfPoint, periodOfSpan } from "../../../src/webview/shared/periods.ts";
import { createTexts } from "../../../src/webview/shared/texts.ts";
import { lineView, runPoint } from "../support/points.ts";

const texts = createTexts({}, "en", "Europe/Berlin");
const start = Date.parse("2026-01-05T00:00:00.000Z");
const at = (hours: number): string => new Date(start + hours * 3_600_000).toISOString();

const hours = array(record({ hour: integer({ min: 0, max: 24 * 60 }), tenths: integer({ min: -90, max: 45 }) }), {
  maxLength: 60,
});

test("sums keep every run and coin, end at their last run's coins, and exist once per day or week", () => {
  assert(
    property(hours, (list) => {
      let coins = 0;
      const points = list
        .toSorted((a, b) => a.hour - b.hour)
        .map(({ hour, tenths }) => {
          coins += tenths;
          return runPoint(at(hour), coins / 10, { delta: tenths / 10 });
        });
      const [line] = coinLines([lineView(points)]);
      if (line === undefined) throw new Error("a line is missing");
      for (const unit of ["day", "week"] as const) {
        const sums = summedLine(line, unit, localDays(line, texts));
        const names = sums.points.map((point) => {
          const day = texts.day(Date.parse(point.at));
          return unit === "week" ? mondayOf(day) : day;
        });
        expect(new Set(names).size).toBe(names.length);
        expect(sums.points.reduce((total, point) => total + point.runs, 0)).toBe(list.length);
        // Adds 0, because a negative number that is rounded to zero becomes -0.
        expect(Math.round(10 * sums.points.reduce((total, point) => total + point.delta, 0)) + 0).toBe(coins);
        expect(sums.points.at(-1)?.coins).toBe(line.points.at(-1)?.coins);
        expect(sums.xs.length).toBe(sums.points.length);
      }
    }),
  );
});

test("a day with one run keeps the run, and days are local", () => {
  // 23:30 UTC is the next day in Berlin.
  const line = coinLines([lineView([runPoint(at(20), 1), runPoint(at(22), 2), runPoint(at(23.5), 3)])])[0];
  const sums = line && summedLine(line, "day", localDays(line, texts));
  expect(sums?.points.map(({ runs, fact_id }) => [runs, fact_id !== null])).toEqual([
    [2, false],
    [1, true],
  ]);
  expect(sums && line && spanOfSum(sums, 0, line)).toEqual({
    min: start / 1000 + 20 * 3600 - 360,
    max: start / 1000 + 22 * 3600 + 360,
  });
});

test("crowded lines are summed by day, then by week, all in the same unit", () => {
  const dense = lineView(Array.from({ length: 300 }, (_, run) => runPoint(at(run * 4), run)));
  const sparse = lineView([runPoint(at(0), 0), runPoint(at(1000), 1)], { agent: "codex" });
  const resolutions = resolutionsOf(coinLines([dense, sparse]), texts);
  const span = { min: start / 1000, max: start / 1000 + 50 * 86_400 };
  const units = (width: number): readonly string[] => readableLines(resolutions, span, width).map(({ resolution }) => resolution);
  expect(units(4000)).toEqual(["run", "run"]);
  expect(units(600)).toEqual(["day", "day"]);
  expect(units(100)).toEqual(["week", "week"]);
  expect(readableLines(resolutions, span, 600)).toBe(readableLines(resolutions, span, 590));
});

test("periods of spans and points are whole local days", () => {
  expect(addDays("2026-02-28", 1)).toBe("2026-03-01");
  expect(mondayOf("2026-01-11")).toBe("2026-01-05");
  expect(periodOfSpan({ min: start / 1000, max: start / 1000 + 23.5 * 3600 }, texts)).toEqual({
    period: "custom",
    since: "2026-01-05",
    until: "2026-01-06",
  });
  expect(periodOfPoint(at(-1), "week", texts)).toEqual({ period: "custom", since: "2026-01-05", until: "2026-01-11" });
});

test("the period of the latest runs contains at least the requested number", () => {
  const days = [0, 24, 48, 72].map((hour) => runPoint(at(hour), 0, { runs: 8 }));
  const period = periodOfNewest([lineView(days, { resolution: "day" })], 20, texts);
  expect(period).toEqual({ period: "custom", since: "2026-01-06", until: "2026-01-08" });
  expect(periodOfNewest([], 20, texts)).toBeNull();
});
