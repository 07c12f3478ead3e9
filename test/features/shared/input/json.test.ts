import { describe, expect, it } from "vitest";
import { parseJson } from "../../../../src/features/shared/input/json.ts";

const messageOf = (text: string): string => {
  try {
    parseJson(text, "a.json");
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe("parseJson", () => {
  it("reads JSON, with or without a byte order mark", () => {
    expect(parseJson('{"a":[1,"ü"]}', "a.json")).toEqual({ a: [1, "ü"] });
    expect(parseJson('\uFEFF{"a":1}\n', "a.json")).toEqual({ a: 1 });
  });

  it.each([
    ["", "it is empty"],
    [" \n\t", "it is empty"],
    ["{", "it ends in the middle, at line 1, column 2; it may still be being written"],
    ['{"a": 1,\n "b": [1, 2', "it ends in the middle, at line 2, column 12"],
    ['{"a": "unfinis', "it ends in the middle, at line 1, column 15"],
    ['{"a": tru', "it ends in the middle, at line 1, column 10"],
    ['{"a": "one\nline"}', "line 1, column 7"],
    ['{"a": 1,}', "line 1, column 9"],
    ['{"a": x}', "line 1, column 7"],
    ["{'a': 1}", "line 1, column 2"],
    ['{"a": 1 // note\n}', "line 1, column 9"],
    ['{"a": 1}\n{"b": 2}', "line 2, column 1"],
    ["NaN", 'line 1, column 1, where it says "NaN"'],
    ["\n <!DOCTYPE html>\n<html>", 'line 2, column 2, where it says "<!DOCTYPE html>"'],
    ['{"a":1}}', "line 1, column 8"],
  ])("reports where %j is invalid: %s", (text, reason) => {
    expect(messageOf(text)).toContain("Failed to read a.json: it is not valid JSON");
    expect(messageOf(text)).toContain(reason);
  });

  it("reports only the column when the label already names the line", () => {
    for (const text of ['{"a": "unfin', '{"a": x}', "[".repeat(70)]) {
      expect(() => parseJson(text, "a.jsonl line 2", true)).toThrow(/^Failed to read a\.jsonl line 2: (?!.*line 1).*column \d+/);
    }
  });

  it("rejects nesting that could overflow the stack, and reports where it starts", () => {
    const deep = "[".repeat(200_000);
    expect(messageOf(deep)).toContain("it nests deeper than 64 levels at line 1, column 65");
    expect(messageOf(`${deep}${"]".repeat(200_000)}`)).toContain("deeper than 64 levels");
    expect(messageOf(`{"a":${'{"a":'.repeat(100)}1${"}".repeat(101)}`)).toContain("deeper than 64 levels");
  });

  it("rejects deep nesting anywhere in a complete text", () => {
    const nested = (levels: number): string => `${'{"a":['.repeat(levels / 2)}${"]}".repeat(levels / 2)}`;
    expect(messageOf(`[1, {"b": "x"}, ${nested(62)}]`)).toBe("");
    expect(messageOf(`[1, {"b": "x"}, ${nested(64)}]`)).toContain("deeper than 64 levels at line 1, column ");
    expect(messageOf(`{"__proto__": ${nested(64)}}`)).toContain("deeper than 64 levels");
  });

  it("does not count brackets inside of strings", () => {
    const text = JSON.stringify({ message: `${"[{".repeat(500)}"\\"` });
    expect(parseJson(text, "a.json")).toEqual(JSON.parse(text));
  });

  it("finds the end of a string, regardless of backslashes before the quote", () => {
    const deep = "[".repeat(100);
    for (const slashes of [0, 2, 4]) expect(messageOf(`["${"\\".repeat(slashes)}",${deep}`)).toContain("deeper than 64 levels");
    for (const slashes of [1, 3, 5]) {
      const text = `["${"\\".repeat(slashes)}",${deep}"]`;
      expect(parseJson(text, "a.json")).toEqual(JSON.parse(text));
    }
    expect(messageOf(`["${deep}`)).not.toContain("deeper");
    expect(messageOf(`["${"\\".repeat(200_000)}`)).not.toContain("deeper");
  });

  it("accepts values nested 64 levels deep", () => {
    expect(messageOf(`${"[".repeat(64)}${"]".repeat(64)}`)).toBe("");
    expect(messageOf(`${"[".repeat(65)}${"]".repeat(65)}`)).not.toBe("");
  });
});
