import { describe, expect, it } from "vitest";
import { shorten } from "../../src/kernel/shorten.ts";

describe("a shortened text", () => {
  it("is unchanged when it fits, counting visible characters", () => {
    for (const text of ["", "12345", "👩‍👩‍👧‍👦".repeat(5), "e\u0301".repeat(5)]) expect(shorten(text, 5)).toBe(text);
  });

  it.each([
    ["123456", "1234…"],
    ["😀😀😀😀😀😀", "😀😀😀😀…"],
    ["👩‍👩‍👧‍👦".repeat(6), `${"👩‍👩‍👧‍👦".repeat(4)}…`],
    ["e\u0301".repeat(6), `${"e\u0301".repeat(4)}…`],
    ["🇩🇪🇫🇷🇮🇹🇪🇸🇵🇱🇸🇪", "🇩🇪🇫🇷🇮🇹🇪🇸…"],
  ])("%s is cut between characters: %s", (text, expected) => {
    expect(shorten(text, 5)).toBe(expected);
  });

  it("is short even when one letter carries many combining marks", () => {
    expect(shorten(`a${"\u0301".repeat(1_000_000)}`, 5).length).toBeLessThanOrEqual(80);
  });
});
