import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rateChange } from "../../../src/kernel/statistics/rate-ratio.ts";

describe("rateChange", () => {
  it("agrees with R's poisson.test on the example of its manual: 11 of 800 and 21 of 3011", () => {
    const { ratio, low, high, p } = rateChange({ events: 21, units: 3011 }, { events: 11, units: 800 });
    expect(ratio).toBeCloseTo(1.971488, 5);
    expect(low).toBeCloseTo(0.8584264, 5);
    expect(high).toBeCloseTo(4.2772659, 4);
    expect(p).toBeCloseTo(0.07967, 5);
  });

  it("has no ratio and no upper bound when there were no earlier events", () => {
    expect(rateChange({ events: 0, units: 9 }, { events: 4, units: 9 })).toMatchObject({ ratio: null, high: null });
    expect(rateChange({ events: 0, units: 9 }, { events: 0, units: 9 })).toEqual({ ratio: null, low: 0, high: null, p: 1 });
  });

  it("returns 0 without later events: 10 hits in 10 runs, then none in 10, by chance in 2 of 1024 cases", () => {
    const { ratio, low, p } = rateChange({ events: 10, units: 10 }, { events: 0, units: 10 });
    expect([ratio, low]).toEqual([0, 0]);
    expect(p).toBeCloseTo(2 / 1024, 12);
  });

  it("keeps the ratio inside its interval, and mirrors before and after", () => {
    const side = fc.record({ events: fc.nat(60), units: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(side, side, (before, after) => {
        const { ratio, low, high, p } = rateChange(before, after);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        if (ratio === null || high === null) return;
        expect(low).toBeLessThanOrEqual(ratio + 1e-9);
        expect(high).toBeGreaterThanOrEqual(ratio - 1e-9);
        const mirrored = rateChange(after, before);
        expect(mirrored.p).toBeCloseTo(p, 9);
        if (mirrored.ratio !== null && ratio > 0) expect(mirrored.ratio * ratio).toBeCloseTo(1, 9);
      }),
    );
  });
});
