import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { table } from "../../src/cli/render/table.ts";
import { plain } from "../../src/cli/render/text.ts";
import { colored, pipe, terminal } from "./style.ts";

const columns = [
  { head: "Rule", shrink: 6 },
  { head: "Count", align: "right" },
] as const;

describe("table", () => {
  it("aligns columns without borders or trailing spaces", () => {
    const rows = [
      ["E501", "3"],
      ["no-unused-vars", "1,234"],
    ];
    expect(table(columns, rows, pipe)).toBe(
      ["Rule            Count", "E501                3", "no-unused-vars  1,234"].join("\n"),
    );
  });

  it("counts wide characters as two columns and colours as none", () => {
    const rows = [
      ["規則一", "3"],
      [colored(80).colors.red("E501"), "12"],
    ];
    const widths = table(columns, rows, colored(80))
      .split("\n")
      .map((line) => stringWidth(line));
    expect(new Set(widths).size).toBe(1);
  });

  it("cuts the columns that may shrink to the terminal, never the others", () => {
    const rows = [["a-very-long-rule-name-that-does-not-fit", "1,234,567"]];
    const drawn = table(columns, rows, terminal(24));
    expect(drawn.split("\n").every((line) => stringWidth(line) <= 24)).toBe(true);
    expect(drawn).toContain("…");
    expect(drawn).toContain("1,234,567");
    expect(table(columns, rows, pipe)).toContain("a-very-long-rule-name-that-does-not-fit");
  });

  it("never exceeds the terminal nor loses a row, whatever the cells hold", () => {
    const cell = fc.string({ unit: "grapheme", maxLength: 40 }).map(plain);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, fc.nat(99999)), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 20, max: 90 }),
        (rows, width) => {
          const lines = table(
            columns,
            rows.map(([rule, n]) => [rule, String(n)]),
            terminal(width),
          ).split("\n");
          expect(lines).toHaveLength(rows.length + 1);
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
          rows.forEach(([, n], index) => {
            expect(stripVTControlCharacters(lines[index + 1] ?? "").endsWith(String(n))).toBe(true);
          });
        },
      ),
    );
  });
});
