import fc from "fast-check";
import { expect, it } from "vitest";
import { paired95 } from "../../../src/kernel/statistics/paired.ts";

const digits = ({ value, low, high }: ReturnType<typeof paired95>) => [value, low, high].map((one) => Number(one.toFixed(4)));

// The first row is the example of `ci.prop.ps` in the R package statpsych, by one of the interval's authors.
it.each([
  [26, 4, 48, [0.4583, 0.2548, 0.6252]],
  [8, 2, 50, [0.12, -0.0114, 0.2421]],
  [0, 0, 10, [0, -0.231, 0.231]],
  [0, 1, 1, [-1, -1, 0.7335]],
])("%i gained and %i lost of %i", (gained, lost, total, expected) =>
  expect(digits(paired95(gained, lost, total))).toEqual(expected),
);

it("mirrors gains and losses, and stays between -1 and 1", () => {
  const counts = fc.tuple(fc.nat(200), fc.nat(200), fc.nat(200)).filter(([gained, lost, same]) => gained + lost + same > 0);
  fc.assert(
    fc.property(counts, ([gained, lost, same]) => {
      const total = gained + lost + same;
      const [one, other] = [paired95(gained, lost, total), paired95(lost, gained, total)];
      expect(one.low).toBeCloseTo(-other.high, 12);
      expect(one.value).toBeCloseTo(-other.value, 12);
      expect(one.low).toBeGreaterThanOrEqual(-1);
      expect(one.high).toBeLessThanOrEqual(1);
      expect(one.low).toBeLessThanOrEqual(one.high);
    }),
  );
});
