import { expect, test } from "vitest";
import { evalLines, nearestPoint, rateRange, readableUnit } from "../../../src/webview/evals/eval-lines.ts";
import { evalTable } from "../../../src/webview/evals/eval-plot.ts";
import { heatMove } from "../../../src/webview/evals/heatmap-keyboard.ts";
import { cellAt, cellState, columnBox, type HeatPlace, heatRowHeight } from "../../../src/webview/evals/heatmap-plot.ts";
import { matchingTests, sortByHealth, testColumns } from "../../../src/webview/evals/test-table.tsx";
import { defaultEvals, defaultFilter, testHealths } from "../../../src/webview/shared/state.ts";
import { sortRows } from "../../../src/webview/shared/table/columns.ts";
import { createTexts } from "../../../src/webview/shared/texts.ts";
import { evalsLedger, evalsOf } from "../harness/evals.ts";
import { scenarioOf } from "../harness/scenario.ts";

const texts = createTexts({}, "en", "UTC");
const overviewOf = (scenario: "one" | "sixty" | "thousands") =>
  evalsLedger(evalsOf(scenario), scenarioOf(scenario).now).overview({ ...defaultFilter, period: "all" }, defaultEvals);
const sixty = overviewOf("sixty");
const year = overviewOf("thousands");

test("there is one line per tier, with every run centred in its slot on the axis", () => {
  const lines = evalLines(sixty, "run");
  expect(lines.map(({ tier }) => tier)).toEqual(["e2e", "llm-judge"]);
  expect(lines.flatMap(({ xs }) => xs).sort((a, b) => a - b)).toEqual(sixty.runs.map((_, run) => run + 0.5));
  expect(evalTable(lines, sixty.runs.length)[0]).toEqual([0, ...sixty.runs.map((_, run) => run + 0.5), 60]);
});

test("points are as fine as space allows: runs, else days, else weeks, without double counting", () => {
  expect(readableUnit(sixty, 360)).toBe("run");
  expect(readableUnit(sixty, 300)).toBe("week");
  expect(readableUnit(year, 900)).toBe("week");
  expect(readableUnit(year, 2040)).toBe("day");
  expect(readableUnit(year, 2200)).toBe("run");
  const total = (unit: "run" | "day" | "week"): number =>
    evalLines(year, unit)
      .flatMap(({ points }) => points)
      .reduce((sum, { passRate }) => sum + passRate.total, 0);
  expect([total("run"), total("day"), total("week")]).toEqual([365_000, 365_000, 365_000]);
});

test("the scale covers every interval in round tenths and spans at least a fifth", () => {
  const at = (low: number, high: number) => [
    {
      tier: "e2e",
      xs: [0.5],
      points: [{ run: null, sum: null, passRate: { passed: 1, total: 2, rate: (low + high) / 2, low, high } }],
    },
  ];
  expect(rateRange(at(0.72, 0.78))).toEqual({ min: 0.6, max: 0.8 });
  expect(rateRange(at(0.31, 0.99))).toEqual({ min: 0.3, max: 1 });
  expect(rateRange(at(0.99, 1))).toEqual({ min: 0.8, max: 1 });
  expect(rateRange(at(0, 0.01))).toEqual({ min: 0, max: 0.2 });
  expect(rateRange([])).toEqual({ min: 0, max: 1 });
});

test("the pointer selects the nearest point, and none that is far away", () => {
  const lines = evalLines(sixty, "run");
  const project = { left: (x: number) => x * 10, top: (rate: number) => (1 - rate) * 100, x: (left: number) => left / 10 };
  const first = lines[0]?.points[0]?.passRate.rate ?? 0;
  expect(nearestPoint(lines, { left: 6, top: (1 - first) * 100 }, project)).toEqual({ line: 0, point: 0 });
  expect(nearestPoint(lines, { left: 900, top: 0 }, project)).toBeNull();
});

const place: HeatPlace = { left: 100, width: 300, columns: 60, first: 0 };

test("a position on the heatmap maps to the cell that is drawn there", () => {
  expect(cellAt(place, 3, 100, 0)).toEqual({ row: 0, column: 0 });
  expect(cellAt(place, 3, 399.9, heatRowHeight * 2)).toEqual({ row: 2, column: 59 });
  expect(cellAt(place, 3, 99, 0)).toBeNull();
  expect(cellAt(place, 3, 400, 0)).toBeNull();
  expect(cellAt(place, 3, 200, heatRowHeight * 3)).toBeNull();
  for (const column of [0, 17, 59]) {
    const box = columnBox(place, column);
    expect(cellAt(place, 1, box.left + box.width / 2, 1)?.column).toBe(column);
  }
  // With few runs, cells have a limited width and are centred in their columns.
  expect(columnBox({ ...place, columns: 1 }, 0)).toEqual({ left: 236, width: 28 });
});

test("a cell shows the test's result, even when older runs are not drawn", () => {
  const [test = undefined] = sixty.tests;
  if (test === undefined) throw new Error("there is no test");
  const known = { ...test, results: "+-~." };
  expect([0, 1, 2, 3, 4].map((column) => cellState(known, column, 0))).toEqual(["passed", "failed", "mixed", "absent", "absent"]);
  expect(cellState(known, 10, 10)).toBe("passed");
  expect(cellState(known, 9, 10)).toBe("absent");
});

test("keys move through the heatmap and stop at its edges", () => {
  const size = { rows: 4, columns: 10, page: 2 };
  const go = (key: string, cell: Parameters<typeof heatMove>[1], ctrlKey = false) => heatMove({ key, ctrlKey }, cell, size);
  expect(go("ArrowDown", null)).toEqual({ row: 0, column: 9 });
  expect(go("ArrowDown", { row: 0, column: 9 })).toEqual({ row: 1, column: 9 });
  expect(go("ArrowRight", { row: 0, column: 9 })).toEqual({ row: 0, column: 9 });
  expect(go("ArrowUp", { row: 0, column: 3 })).toEqual({ row: 0, column: 3 });
  expect(go("PageDown", { row: 1, column: 3 })).toEqual({ row: 3, column: 3 });
  expect(go("Home", { row: 1, column: 3 })).toEqual({ row: 1, column: 0 });
  expect(go("End", { row: 1, column: 3 }, true)).toEqual({ row: 3, column: 9 });
  expect(go("x", { row: 1, column: 3 })).toBeNull();
  expect(heatMove({ key: "Home", ctrlKey: false }, null, { ...size, rows: 0 })).toBeNull();
});

test("tests are found by health and by words of suite and name, in any letter case", () => {
  expect(matchingTests(sixty.tests, null, "")).toBe(sixty.tests);
  const flaky = matchingTests(sixty.tests, "flaky", "");
  expect(flaky).toHaveLength(sixty.healths.flaky);
  const found = matchingTests(sixty.tests, null, "CHECKOUT cart");
  expect(found.length).toBeGreaterThan(0);
  expect(found.every(({ suite, name }) => suite === "checkout" && name.includes("cart"))).toBe(true);
});

test("tests that need attention come first", () => {
  const ordered = sortByHealth(sixty.tests);
  expect(ordered).toHaveLength(sixty.tests.length);
  const states = ordered.map(({ health }) => testHealths.indexOf(health));
  expect(states).toEqual(states.toSorted((a, b) => a - b));
  expect(new Set(states).size).toBeGreaterThan(2);
});

test("columns sort health by need for attention, and export values", () => {
  const columns = testColumns(sixty, texts);
  expect(columns.map(({ key }) => key)).toEqual([
    "health",
    "name",
    "suite",
    "tier",
    "why",
    "since",
    "rate",
    "interval",
    "results",
    "flips",
    "streak",
    "runs",
    "status",
    "last",
  ]);
  // A single tier needs no column.
  expect(testColumns(year, texts).map(({ key }) => key)).not.toContain("tier");
  const healths = sortRows(sixty.tests.toReversed(), columns, { key: "health", descending: false }).map(({ health }) => health);
  expect([...new Set(healths)]).toEqual(testHealths.filter((health) => sixty.healths[health] > 0));
  const first = sixty.tests.find(({ health_since: since }) => since !== null);
  if (first === undefined) throw new Error("there is no test");
  const cells = Object.fromEntries(columns.map((column) => [column.key, column.value(first)]));
  expect(cells).toMatchObject({
    health: first.health,
    since: sixty.runs[first.health_since ?? -1]?.timestamp,
    rate: first.pass_rate.rate,
    results: first.results,
    last: first.last,
  });
  const text = Object.fromEntries(columns.map((column) => [column.key, column.text(first)]));
  expect(text["results"]).toMatch(/^[✓✗≠·]{30}$/);
});

test("shares and durations are formatted readably", () => {
  expect([0, 0.0001, 0.5, 0.6994, 0.9999, 1].map(texts.share)).toEqual(["0%", "0.1%", "50%", "69.9%", "99.9%", "100%"]);
  expect(texts.points(-0.082)).toBe("\u22128.2");
  expect([12, 1500, 12_400, 65_000, 3_600_000, 5_430_000].map(texts.duration)).toEqual([
    "12 ms",
    "1.5 sec",
    "12 sec",
    "1 min 5 sec",
    "1 hr",
    "1 hr 31 min",
  ]);
});
