import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/ledger/log/canonical-json.ts";

describe("canonicalJson", () => {
  it("writes every JSON value like the reference library", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: "binary-ascii" }), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: "grapheme" }), (value) => {
        expect(canonicalJson(value)).toBe(canonicalize(value));
      }),
    );
  });

  it.each([
    [
      "keys that look like numbers",
      { 10: "b", 9: "a", "-1": 0, b: 1, a: { 2: 1, 1: 2 } },
      '{"-1":0,"10":"b","9":"a","a":{"1":2,"2":1},"b":1}',
    ],
    ["a key named __proto__", JSON.parse('{"b":1,"__proto__":{"x":1},"a":2}'), '{"__proto__":{"x":1},"a":2,"b":1}'],
    ["a backslash before ud", { text: "C:\\ud800" }, '{"text":"C:\\\\ud800"}'],
    ["numbers as the RFC writes them", [1e30, 4.5, 2e-3, 1e-27, -0, 1 / 3], "[1e+30,4.5,0.002,1e-27,0,0.3333333333333333]"],
    ["keys beyond the basic plane", { "\u{1f600}": 1, "\ufb33": 2, "\u20ac": 3 }, '{"\u20ac":3,"\u{1f600}":1,"\ufb33":2}'],
    [
      "lists of objects with the keys of the one before and with others",
      [{ b: 1, a: 2 }, { b: 3, a: 4 }, { a: 5, b: 6 }, { b: 7 }, { b: 8, a: { d: 1, c: 2 } }, {}, { b: 9, a: undefined }],
      '[{"a":2,"b":1},{"a":4,"b":3},{"a":5,"b":6},{"b":7},{"a":{"c":2,"d":1},"b":8},{},{"b":9}]',
    ],
    ["members that are undefined", { a: undefined, b: 1 }, '{"b":1}'],
    ["values with a JSON form of their own", { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
  ])("writes %s", (_name, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  it.each([
    ["a lone surrogate", { text: "\ud800" }],
    ["NaN", [Number.NaN]],
    ["an infinity", { a: { b: Number.POSITIVE_INFINITY } }],
    ["nothing at all", undefined],
  ])("refuses %s", (_name, value) => {
    expect(() => canonicalJson(value)).toThrow();
  });

  it("refuses a cycle", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    expect(() => canonicalJson(cycle)).toThrow(/[Cc]ircular/);
  });

  it("writes values nested deeper than its own recursion limit", () => {
    const text = `${"[".repeat(1000)}${"]".repeat(1000)}`;
    expect(canonicalJson(JSON.parse(text))).toBe(text);
  });
});
