import { array, assert, boolean, constantFrom, integer, nat, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import type { CostPointView } from "../../../src/features/costs/operations/views.ts";
import { outcomeColumns } from "../../../src/webview/costs/outcome-table.tsx";
import { groupStyle, nearestOutcome, outcomesOf } from "../../../src/webview/costs/outcomes.ts";
import { barsOf, seriesOf } from "../../../src/webview/costs/series.ts";
import { limitVerdict, showsLimits } from "../../../src/webview/costs/stack-plot.ts";
import { labelPositions, periodOfSlice, sliceLabels, sliceName } from "../../../src/webview/costs/time-buckets.ts";
import { hollowFill, otherFill } from "../../../src/webview/shared/chart/patterns.ts";
import { createTexts } from "../../../src/webview/shared/texts.ts";

const texts = createTexts({}, "en", "Europe/Berlin");
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("series", () => {
  test("contain every amount exactly once, for any data", () => {
    const models = Array.from({ length: 12 }, (_, index) => (index === 11 ? null : `model ${index}`));
    assert(
      property(
        nat({ max: 12 }).chain((count) =>
          array(array(nat({ max: 9 }), { minLength: count, maxLength: count }), { maxLength: 5 }),
        ),
        (rows) => {
          const count = rows[0]?.length ?? 0;
          const slices = rows.map((by_model) => ({ by_model }));
          const series = seriesOf(models.slice(12 - count), slices);
          for (const [slice, row] of rows.entries()) expect(sum(series.map(({ amounts }) => amounts[slice] ?? 0))).toBe(sum(row));
          expect(new Set(series.map(({ key }) => key)).size).toBe(series.length);
          expect(new Set(series.map(({ fill }) => fill)).size).toBe(series.length);
          expect(series.length).toBeLessThanOrEqual(9);
        },
      ),
    );
  });

  test("combine the models beyond the distinguishable ones, and keep amounts without a model separate", () => {
    const models = [...Array.from({ length: 10 }, (_, index) => `m${index}`), null];
    const series = seriesOf(models, [{ by_model: models.map((_, index) => 20 - index) }]);
    expect(series.slice(-2)).toEqual([
      { key: "others", kind: "others", names: ["m7", "m8", "m9"], fill: otherFill, amounts: [36] },
      { key: "rest", kind: "rest", names: [], fill: hollowFill, amounts: [10] },
    ]);
    const eight = seriesOf(models.slice(0, 8), [{ by_model: Array.from({ length: 8 }, () => 1) }]);
    expect(eight.map(({ fill }) => fill)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test("leave the bars when switched off, which lowers the bars", () => {
    const series = seriesOf(["a", "b"], [{ by_model: [1, 2] }]);
    const slices = [{ start: "2026-03-02", atLeast: true, limit: 3 }];
    expect(barsOf(slices, series, [])).toMatchObject([{ total: 3, atLeast: true, limit: 3, parts: [{ fill: 0 }, { fill: 1 }] }]);
    expect(barsOf(slices, series, ["=a"])).toMatchObject([{ total: 2, spent: 3, parts: [{ fill: 1, amount: 2 }] }]);
  });
});

describe("limits", () => {
  const bar = (total: number, limit: number | null) => ({
    start: "2026-03-02",
    parts: [],
    total,
    spent: total,
    atLeast: false,
    limit,
  });

  test("are drawn unless that would make the bars unreadable", () => {
    expect(showsLimits([bar(5, 10), bar(1, 10)])).toBe(true);
    expect(showsLimits([bar(0.5, 25)])).toBe(false);
    expect(showsLimits([bar(20, 25), bar(20, 1000)])).toBe(true);
    expect(showsLimits([bar(5, null)])).toBe(false);
    expect(showsLimits([])).toBe(false);
  });

  test("are near or reached by the total spent, even when parts are hidden", () => {
    expect([0, 7.9, 8, 9.9, 10].map((spent) => limitVerdict(spent, 10))).toEqual([
      null,
      null,
      "PASS_WITH_ADVISORY",
      "PASS_WITH_ADVISORY",
      "FAIL",
    ]);
    expect(limitVerdict(5, null)).toBe(null);
    expect(limitVerdict(0, 0)).toBe(null);
    const series = seriesOf(["a", "b"], [{ by_model: [9, 1] }]);
    const slices = [{ start: "2026-03-02", atLeast: false, limit: 10 }];
    for (const hidden of [[], ["=a"], ["=b"], ["=a", "=b"]]) {
      expect(barsOf(slices, series, hidden).map(({ spent, limit }) => limitVerdict(spent, limit))).toEqual(["FAIL"]);
    }
  });
});

describe("slices", () => {
  test("have names, and open as whole days", () => {
    expect(sliceName(texts, "day", "2026-03-02")).toBe("Mar 2, 2026");
    expect(sliceName(texts, "week", "2026-03-02")).toBe("Week of Mar 2, 2026");
    expect(sliceName(texts, "month", "2026-03-01")).toBe("March 2026");
    expect(periodOfSlice("day", "2026-03-02")).toEqual({ period: "custom", since: "2026-03-02", until: "2026-03-02" });
    expect(periodOfSlice("week", "2026-03-30")).toEqual({ period: "custom", since: "2026-03-30", until: "2026-04-05" });
    expect(periodOfSlice("month", "2028-02-01")).toEqual({ period: "custom", since: "2028-02-01", until: "2028-02-29" });
    expect(periodOfSlice("month", "2026-12-01").until).toBe("2026-12-31");
  });

  test("are labelled as space allows, always the latest, and with the year where it begins", () => {
    expect(labelPositions(10, 3)).toEqual([1, 5, 9]);
    expect(labelPositions(3, 10)).toEqual([0, 1, 2]);
    expect(labelPositions(0, 10)).toEqual([]);
    assert(
      property(integer({ min: 1, max: 400 }), integer({ min: 0, max: 40 }), (count, room) => {
        const shown = labelPositions(count, room);
        expect(shown.length).toBeLessThanOrEqual(Math.max(1, room));
        expect(shown.at(-1)).toBe(count - 1);
      }),
    );
    expect(sliceLabels(["2025-12-29", "2026-01-05", "2026-01-12"], "week", texts)).toEqual(["Dec 29", "Jan 5\n2026", "Jan 12"]);
    expect(sliceLabels(["2025-12-01", "2026-01-01"], "month", texts)).toEqual(["Dec", "Jan\n2026"]);
  });
});

describe("runs by result and cost", () => {
  const anyPoint = record({
    id: constantFrom("a", "b"),
    timestamp: constantFrom("2026-03-16T12:00:00.000Z"),
    tier: constantFrom("e2e", "llm-judge", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"),
    git_branch: constantFrom("main"),
    version: constantFrom("1"),
    label: constantFrom(null),
    model: constantFrom(null, "m1", "m2"),
    passed: nat({ max: 5 }),
    total: integer({ min: 5, max: 6 }),
    cost_usd: nat({ max: 9 }),
    complete: boolean(),
    best: boolean(),
  });

  test("are sorted by cost, each in a named group or in the group of others", () => {
    assert(
      property(array(anyPoint, { maxLength: 40 }), constantFrom("tier", "model"), (points, by) => {
        const { groups, outcomes } = outcomesOf(points, by);
        expect(outcomes).toHaveLength(points.length);
        expect(groups.length).toBeLessThanOrEqual(8);
        for (const [index, { x, point, group }] of outcomes.entries()) {
          expect(x).toBeGreaterThanOrEqual(outcomes[index - 1]?.x ?? 0);
          const own = groups[group];
          expect(own).toBeDefined();
          if (own?.others === 0) expect(own.name).toBe(point[by]);
        }
      }),
    );
  });

  test("have a distinct style in each of eight groups", () => {
    const styles = Array.from({ length: 8 }, (_, group) => groupStyle(group)).map(({ line, shape }) => `${line % 4} ${shape}`);
    expect(new Set(styles).size).toBe(8);
  });

  test("are found by the pointer as the nearest one within reach", () => {
    const point = (cost: number, passed: number): CostPointView => ({
      id: `${cost}`,
      timestamp: "2026-03-16T12:00:00.000Z",
      tier: "e2e",
      git_branch: "main",
      version: "1",
      label: null,
      model: null,
      passed,
      total: 10,
      cost_usd: cost,
      complete: true,
      best: false,
    });
    const { outcomes } = outcomesOf([point(1, 5), point(2, 5), point(2, 9)], "tier");
    const project = { left: (x: number) => x * 100, top: (y: number) => (1 - y) * 100 };
    const at = (left: number, top: number) => {
      const index = nearestOutcome(outcomes, { left, top }, project);
      return index === null ? null : [outcomes[index]?.x, outcomes[index]?.y];
    };
    expect(at(105, 52)).toEqual([1, 0.5]);
    expect(at(198, 12)).toEqual([2, 0.9]);
    expect(at(150, 50)).toBe(null);
    const rate = outcomeColumns(texts, () => undefined).find(({ key }) => key === "rate");
    const { outcomes: nearly } = outcomesOf(
      [
        { ...point(1, 299), total: 300 },
        { ...point(2, 1), total: 3000 },
      ],
      "tier",
    );
    expect(nearly.map((outcome) => rate?.text(outcome))).toEqual(["99.7%", "0.1%"]);
  });
});

test("amounts have as many decimals as needed to be readable", () => {
  expect([0, 1234.5, 0.84, 0.0345, 0.00012, 0.0000041, -2.5].map(texts.money)).toEqual([
    "$0.00",
    "$1,234.50",
    "$0.84",
    "$0.0345",
    "$0.0001",
    "$0.000004",
    "−$2.50",
  ]);
  expect([1.5, -0.0345, 0].map(texts.signedMoney)).toEqual(["+$1.50", "−$0.0345", "$0.00"]);
  expect(texts.moneyOf(4)(10.5)).toBe("$10.5000");
  expect([0.123, -0.5, 0].map(texts.signedPercent)).toEqual(["+12%", "−50%", "0%"]);
});
