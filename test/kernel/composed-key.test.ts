import * as fc from "fast-check";
import { expect, test } from "vitest";
import { composedKey } from "../../src/kernel/composed-key.ts";

const name = fc.oneof(fc.string({ unit: "binary", maxLength: 4 }), fc.stringMatching(/^[ab:,"'\\[\] /|-]{0,4}$/));
const parts = fc.array(fc.oneof(name, fc.integer(), fc.boolean(), fc.constant(null)), { maxLength: 4 });

test("keys are equal only for equal parts, for any characters", () => {
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const same = one.length === other.length && one.every((part, n) => part === other[n]);
      expect(composedKey(...one) === composedKey(...other)).toBe(same);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  [
    ["a", "b:c"],
    ["a:b", "c"],
  ],
  [
    ["a", 'b","c'],
    ['a","b', "c"],
  ],
  [
    ["", "a"],
    ["a", ""],
  ],
  [
    ["a b", "c"],
    ["a", "b c"],
  ],
  [["1"], [1]],
  [["null"], [null]],
  [["\ud800"], ["\\ud800"]],
  [["a"], ["a", ""]],
])("%j and %j differ", (one, other) => {
  expect(composedKey(...one)).not.toBe(composedKey(...other));
  expect(composedKey(...one)).toBe(composedKey(...[...one]));
});
