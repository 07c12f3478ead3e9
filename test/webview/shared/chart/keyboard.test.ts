import { assert, constantFrom, double, property } from "fast-check";
import { expect, test } from "vitest";
import { chartCommand, panTo, zoomAround } from "../../../../src/webview/shared/chart/keyboard.ts";
import { coinLines, type Place } from "../../../../src/webview/shared/chart/lines.ts";
import { lineView, runPoint } from "../../support/points.ts";

const day = (date: number): string => `2026-01-${String(date).padStart(2, "0")}T00:00:00.000Z`;
const lines = coinLines([
  lineView([1, 3, 5, 7].map((date) => runPoint(day(date), date))),
  lineView([], { agent: "empty" }),
  lineView(
    [2, 6].map((date) => runPoint(day(date), date)),
    { agent: "codex" },
  ),
]);
const all = (): boolean => true;
const move = (key: string, place: Place | null, shown: (line: number) => boolean = all): Place | null => {
  const command = chartCommand(key, lines, shown, place);
  return command?.type === "move" ? command.place : null;
};

test("the first move backward goes to the latest point, and forward to the oldest", () => {
  expect(move("ArrowLeft", null)).toEqual({ line: 0, point: 3 });
  expect(move("ArrowRight", null)).toEqual({ line: 0, point: 0 });
  expect(move("ArrowLeft", null, (line) => line > 0)).toEqual({ line: 2, point: 1 });
});

test("arrows go from run to run and stop at the ends", () => {
  expect(move("ArrowRight", { line: 0, point: 1 })).toEqual({ line: 0, point: 2 });
  expect(move("ArrowRight", { line: 0, point: 3 })).toEqual({ line: 0, point: 3 });
  expect(move("Home", { line: 0, point: 2 })).toEqual({ line: 0, point: 0 });
  expect(move("End", { line: 0, point: 0 })).toEqual({ line: 0, point: 3 });
  expect(move("PageUp", { line: 0, point: 2 })).toEqual({ line: 0, point: 0 });
});

test("up and down change the agent, to the run nearest in time, and skip lines without runs", () => {
  expect(move("ArrowDown", { line: 0, point: 3 })).toEqual({ line: 2, point: 1 });
  expect(move("ArrowUp", { line: 2, point: 0 })).toEqual({ line: 0, point: 0 });
  expect(move("ArrowDown", { line: 2, point: 0 })).toBeNull();
  expect(move("ArrowDown", { line: 0, point: 0 }, (line) => line === 0)).toBeNull();
});

test("other keys are left to the browser", () => {
  expect(chartCommand("Tab", lines, all, null)).toBeNull();
  expect(chartCommand("Enter", lines, all, null)).toBeNull();
  expect(chartCommand("Enter", lines, all, { line: 0, point: 0 })).toEqual({ type: "open" });
  expect(chartCommand("ArrowLeft", [], all, null)).toBeNull();
});

test("zooms and pans stay inside the domain and keep the point visible", () => {
  const domain = { min: 0, max: 100_000 };
  assert(
    property(double({ min: 0, max: 100_000, noNaN: true }), constantFrom(0.5, 2), (around, factor) => {
      const zoom = zoomAround({ min: 20_000, max: 60_000 }, domain, around, factor);
      if (zoom === null) return;
      expect(zoom.min).toBeGreaterThanOrEqual(domain.min);
      expect(zoom.max).toBeLessThanOrEqual(domain.max + 1e-6);
      const panned = panTo(zoom, domain, around);
      expect(panned.max - panned.min).toBeCloseTo(zoom.max - zoom.min, 6);
      expect(around).toBeGreaterThanOrEqual(panned.min);
      expect(around).toBeLessThanOrEqual(panned.max + 1e-6);
    }),
  );
  expect(zoomAround({ min: 20_000, max: 80_000 }, domain, 50_000, 2)).toBeNull();
});
