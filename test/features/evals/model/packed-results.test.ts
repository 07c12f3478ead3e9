import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { packResults, type RunResults, unpackResults } from "../../../../src/features/evals/model/packed-results.ts";

const inOrder = ({ tests, passed }: RunResults) => {
  const pairs = tests.map((number, index) => ({ number, ok: passed[index] ?? false, index }));
  const occurrence = pairs.map((pair) => pairs.filter((one) => one.number === pair.number && one.index < pair.index).length);
  const rows = pairs.map((pair, index) => ({ ...pair, layer: occurrence[index] ?? 0 }));
  rows.sort((a, b) => a.layer - b.layer || a.number - b.number);
  return { tests: rows.map((row) => row.number), passed: rows.map((row) => row.ok) };
};

const results = (numbers: fc.Arbitrary<number>) =>
  fc
    .array(fc.tuple(numbers, fc.boolean()), { maxLength: 80 })
    .map((pairs) => ({ tests: pairs.map(([number]) => number), passed: pairs.map(([, ok]) => ok) }));

describe("packing", () => {
  test.each([
    ["few tests, with repeats", fc.nat(9)],
    ["tests next to each other", fc.nat(100)],
    ["tests far apart", fc.nat(0x7fffffff)],
  ])("round-trips every result: %s", (_, numbers) => {
    fc.assert(
      fc.property(results(numbers), (run) => {
        expect(unpackResults(packResults(run))).toEqual(inOrder(run));
      }),
      { numRuns: 300 },
    );
  });

  test("takes about one bit per result for a run of 1 000 consecutive tests", () => {
    const tests = Array.from({ length: 1_000 }, (_, index) => 4_000 + index);
    expect(packResults({ tests, passed: tests.map((number) => number % 3 > 0) }).length).toBeLessThanOrEqual(1_000 / 8 + 8);
  });

  test("takes less than two bytes per result for any selection of a thousand tests", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(1_000), { minLength: 40, maxLength: 300 }), (tests) => {
        expect(packResults({ tests, passed: tests.map(() => true) }).length).toBeLessThan(tests.length * 2);
      }),
    );
  });

  test("takes little more than a byte per result for every second test", () => {
    const tests = Array.from({ length: 500 }, (_, index) => index * 2);
    expect(packResults({ tests, passed: tests.map(() => true) }).length / 500).toBeLessThan(1.2);
  });
});

describe("invalid results and bytes", () => {
  test.each([
    [{ tests: [1], passed: [] }],
    [{ tests: [-1], passed: [true] }],
    [{ tests: [1.5], passed: [true] }],
    [{ tests: [2 ** 31], passed: [true] }],
  ])("%j is rejected", (run) => {
    expect(() => packResults(run)).toThrow(RangeError);
  });

  test("truncated bytes and a later version are rejected", () => {
    const bytes = packResults({ tests: [0, 1, 2, 9, 9, 40], passed: [true, false, true, true, false, true] });
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => unpackResults(bytes.slice(0, length))).toThrow(RangeError);
    }
    expect(() => unpackResults(Uint8Array.of(2, 0))).toThrow(RangeError);
  });
});
