import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wilson95 } from "../../../src/kernel/statistics/wilson.ts";

describe("wilson95", () => {
  // Published values of the 95 % score interval.
  it.each([
    [0, 10, 0, 0.2775],
    [1, 10, 0.0179, 0.4042],
    [5, 10, 0.2366, 0.7634],
    [10, 10, 0.7225, 1],
    [17, 20, 0.6396, 0.9476],
    [20, 20, 0.8389, 1],
  ])("%i of %i", (successes, total, low, high) => {
    const interval = wilson95(successes, total);
    expect(interval.rate).toBe(successes / total);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it("always contains the rate and stays within 0 and 1", () => {
    const counts = fc
      .integer({ min: 1, max: 10_000 })
      .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));
    fc.assert(
      fc.property(counts, ([successes, total]) => {
        const { rate, low, high } = wilson95(successes, total);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(rate);
        expect(high).toBeGreaterThanOrEqual(rate);
      }),
    );
  });
});
