import { describe, expect, it } from "vitest";
import { movedLine } from "../../../src/extension/findings/moved-line.ts";

/** An edit between two positions, each given as `line:character`. */
const edit = (from: string, to: string, text: string) => {
  const [start, end] = [from, to].map((place) => {
    const [line = 0, character = 0] = place.split(":").map(Number);
    return { line, character };
  });
  return { range: { start: start ?? { line: 0, character: 0 }, end: end ?? { line: 0, character: 0 } }, text };
};

describe("the line of a finding after an edit", () => {
  it.each([
    ["typing above on one line", 5, edit("2:3", "2:3", "abc"), 5],
    ["typing on the line itself", 5, edit("5:3", "5:9", "abc"), 5],
    ["a line break below", 5, edit("6:0", "6:0", "\n"), 5],
    ["a line break above", 5, edit("2:3", "2:3", "\n  "), 6],
    ["Windows line breaks above", 5, edit("2:3", "2:3", "\r\n\r\n"), 7],
    ["a whole line pasted before it", 5, edit("5:0", "5:0", "pasted\n"), 6],
    ["a line break at the start of it with an indent", 5, edit("5:0", "5:0", "\n  "), 5],
    ["a line break at the end of it", 5, edit("5:20", "5:20", "\n"), 5],
    ["the lines before it deleted", 5, edit("2:0", "5:0", ""), 2],
    ["the line break before it deleted", 5, edit("4:8", "5:0", ""), 4],
    ["the line itself deleted", 5, edit("5:0", "6:0", ""), undefined],
    ["lines around it deleted", 5, edit("3:0", "8:0", ""), undefined],
    ["the line after it deleted", 5, edit("6:0", "7:0", ""), 5],
    ["a block that holds it replaced by a shorter one", 5, edit("3:0", "8:4", "a\nb"), 4],
    ["a block that holds it replaced by a longer one", 5, edit("3:0", "8:4", "a\nb\nc\nd\ne\nf\ng"), 5],
    ["whole lines before it replaced", 5, edit("3:0", "5:0", "one\n"), 4],
  ])("%s", (_, line, change, expected) => {
    expect(movedLine(line, change)).toBe(expected);
  });

  it("is restored by the edit that undoes a move", () => {
    const movedTo = movedLine(5, edit("1:0", "1:0", "a\nb\n"));
    expect(movedTo).toBe(7);
    expect(movedLine(movedTo ?? 0, edit("1:0", "3:0", ""))).toBe(5);
  });
});
