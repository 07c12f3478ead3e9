import { expect, test } from "vitest";
import { nearestPlace } from "../../../../src/webview/coins/nearest.ts";
import {
  alignedTable,
  baselineOf,
  coinLines,
  coinRange,
  lowerBound,
  pointsWithin,
  timeDomain,
} from "../../../../src/webview/shared/chart/lines.ts";
import { lineView, runPoint } from "../../support/points.ts";

const seconds = (iso: string): number => Date.parse(iso) / 1000;
const open = { agent: null, compare_with: null, project: null, from: null, to: null };
const t1 = "2026-01-01T10:00:00.000Z";
const t2 = "2026-01-02T10:00:00.000Z";
const t3 = "2026-01-03T10:00:00.000Z";

test("runs of the same millisecond get distinct positions", () => {
  const [line] = coinLines([lineView([runPoint(t1, 1), runPoint(t1, 2), runPoint(t2, 3)])]);
  expect(line?.xs).toEqual([seconds(t1), seconds(t1) + 0.001, seconds(t2)]);
});

test("lines start with the coins before the period and extend the last value to the end", () => {
  const lines = coinLines([lineView([runPoint(t1, 1)], { coins_before: 5 }), lineView([runPoint(t2, 2)], { agent: "codex" })]);
  const domain = { min: seconds(t1) - 10, max: seconds(t3) };
  expect(alignedTable(lines, domain)).toEqual([
    [domain.min, seconds(t1), seconds(t2), domain.max],
    [5, 1, undefined, 1],
    [0, undefined, 2, 2],
  ]);
});

test("the axis shows the period, but not the empty time before the first run", () => {
  const period = { ...open, from: "2025-01-01T00:00:00.000Z", to: t3 };
  const fresh = timeDomain(period, coinLines([lineView([runPoint(t2, 1)])]));
  expect(fresh.min).toBeLessThan(seconds(t2));
  expect(fresh.min).toBeGreaterThan(seconds(t1));
  expect(fresh.max).toBe(seconds(t3));
  const old = timeDomain(period, coinLines([lineView([runPoint(t2, 1)], { coins_before: 3 })]));
  expect(old.min).toBe(seconds(period.from));
});

test("a single run is centred in a day, and no run still gives an axis", () => {
  const alone = timeDomain(open, coinLines([lineView([runPoint(t2, 1)])]));
  expect(alone).toEqual({ min: seconds(t2) - 43_200, max: seconds(t2) + 43_200 });
  const none = timeDomain(open, []);
  expect(none.max).toBeGreaterThan(none.min);
});

test("bounds and ranges cover the points inside and the level at the start", () => {
  expect([lowerBound([1, 3, 5], 3), lowerBound([1, 3, 5], 4), lowerBound([], 1)]).toEqual([1, 2, 0]);
  const lines = coinLines([lineView([runPoint(t1, 10), runPoint(t2, 20), runPoint(t3, -5)])]);
  const [line] = lines;
  expect(line && pointsWithin(line, { min: seconds(t2), max: seconds(t3) })).toEqual({ from: 1, to: 3 });
  expect(coinRange(lines, { min: seconds(t2), max: seconds(t2) + 1 })).toEqual({ min: 9, max: 21 });
});

test("a run's baseline is derived from its score and earned coins", () => {
  expect(baselineOf(runPoint(t1, 2, { score: 94, delta: 1.9, bonuses: 0.5 }))).toBe(80);
  expect(baselineOf(runPoint(t1, 2, { score: 61, delta: -2.9, penalties: -1 }))).toBe(80);
});

test("the pointer finds the nearest shown point within reach", () => {
  const lines = coinLines([lineView([runPoint(t1, 0), runPoint(t2, 10)]), lineView([runPoint(t2, 50)], { agent: "codex" })]);
  const hour = 3600;
  const projection = {
    left: (x: number) => (x - seconds(t1)) / hour,
    top: (coins: number) => 100 - coins,
    time: (left: number) => seconds(t1) + left * hour,
  };
  const find = (left: number, top: number, shown: (line: number) => boolean = () => true) =>
    nearestPlace(lines, shown, { left, top }, projection);
  expect(find(2, 100)).toEqual({ line: 0, point: 0 });
  expect(find(24, 88)).toEqual({ line: 0, point: 1 });
  expect(find(24, 55)).toEqual({ line: 1, point: 0 });
  expect(find(24, 55, (line) => line === 0)).toEqual({ line: 0, point: 1 });
  expect(find(200, 55)).toBeNull();
});
