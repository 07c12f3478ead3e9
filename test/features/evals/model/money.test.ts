import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { microsToUsd, picosToMicros, toPicosPerToken, usdToMicros } from "../../../../src/features/evals/model/money.ts";

describe("USD → micro-dollars", () => {
  test.each([
    [0, 0],
    [1, 1_000_000],
    [1217.8967, 1_217_896_700],
    [0.1 + 0.2, 300_000],
    [1.0000005, 1_000_001],
    [0.0000005, 1],
    [0.00000049999, 0],
    [1e-7, 0],
    [5e-7, 1],
    [4.35, 4_350_000],
    [1.005, 1_005_000],
    [-0.5, -500_000],
    [-0.0000005, 0],
    [-0.0000015, -1],
    [-0.0000016, -2],
    [2.5e-6, 3],
    [123_456_789.0123455, 123_456_789_012_346],
  ])("%s → %s", (usd, micros) => {
    expect(usdToMicros(usd)).toBe(micros);
  });

  test("amounts beyond the safe integers are clamped, and NaN is 0", () => {
    expect(usdToMicros(1e300)).toBe(Number.MAX_SAFE_INTEGER);
    expect(usdToMicros(-1e300)).toBe(-Number.MAX_SAFE_INTEGER);
    expect(usdToMicros(Number.NaN)).toBe(0);
  });

  test("whole micro-dollars survive conversion to USD and back", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), (micros) => {
        expect(usdToMicros(microsToUsd(micros))).toBe(micros);
      }),
    );
  });

  test("a decimal with seven places rounds half up by its decimal digits", () => {
    fc.assert(
      fc.property(fc.nat(9_999), fc.nat(9_999_999), (whole, sevenths) => {
        const text = `${whole}.${String(sevenths).padStart(7, "0")}`;
        const expected = (BigInt(whole) * 10_000_000n + BigInt(sevenths) + 5n) / 10n;
        expect(usdToMicros(Number(text))).toBe(Number(expected));
      }),
      { numRuns: 2_000 },
    );
  });
});

test("a price per million tokens is exact in pico-dollars per token", () => {
  expect([3, 0.8, 0.0125, 18.75].map(toPicosPerToken)).toEqual([3_000_000, 800_000, 12_500, 18_750_000]);
});

test("pico-dollars round half up to micro-dollars, also beyond 2^53", () => {
  expect([499_999n, 500_000n, 1_499_999n, 1_500_000n].map(picosToMicros)).toEqual([0, 1, 1, 2]);
  expect(picosToMicros(1_930_805_533n * 75_000_000n)).toBe(144_810_414_975);
  expect(picosToMicros(10n ** 30n)).toBe(Number.MAX_SAFE_INTEGER);
});
