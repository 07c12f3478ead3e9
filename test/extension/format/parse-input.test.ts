import { describe, expect, test } from "vitest";
import { parseDollars, parseObjectText, parseWhole } from "../../../src/extension/format/parse-input.ts";

describe("user input", () => {
  test("is parsed as an amount, with a point or a comma", () => {
    expect([parseDollars("25"), parseDollars(" 2,50 "), parseDollars("0.000001")]).toEqual([25, 2.5, 0.000_001]);
    for (const none of ["", "0", "-1", "1e3", "1.2.3", "25 $", "12345678"]) expect(parseDollars(none)).toBeUndefined();
    expect(parseDollars("0", true)).toBe(0);
  });
  test("is parsed as a whole number or a JSON object", () => {
    expect([parseWhole("7"), parseWhole("07"), parseWhole("7.5"), parseWhole("-7"), parseWhole("")]).toEqual([
      7,
      7,
      undefined,
      undefined,
      undefined,
    ]);
    expect(parseObjectText(' {"a":1} ')).toBe('{"a":1}');
    for (const none of ["", "[]", "null", "7", "{"]) expect(parseObjectText(none)).toBeUndefined();
  });
});
