import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { plain } from "../../../src/render/terminal/plain.ts";
import { type CellColumn, table } from "../../../src/render/terminal/table.ts";
import { coloredStyle, pipeStyle, terminalStyle } from "../../cli/style.ts";

type Row = readonly [rule: string, count: string];

const columns: readonly CellColumn<Row>[] = [
  { head: "Rule", shrink: 6, cell: ([rule]) => rule },
  { head: "Count", align: "right", cell: ([, count]) => count },
];

const widthsOf = (drawn: string): readonly number[] => drawn.split("\n").map((line) => stringWidth(line));

describe("table", () => {
  it("aligns columns without borders or trailing spaces", () => {
    const rows: readonly Row[] = [
      ["E501", "3"],
      ["no-unused-vars", "1,234"],
    ];
    expect(table(columns, rows, pipeStyle)).toBe(
      ["Rule            Count", "E501                3", "no-unused-vars  1,234"].join("\n"),
    );
  });

  it("counts wide characters as two columns and colours as none", () => {
    const rows: readonly Row[] = [
      ["規則一", "3"],
      [coloredStyle(80).colors.red("E501"), "12"],
    ];
    const widths = table(columns, rows, coloredStyle(80))
      .split("\n")
      .map((line) => stringWidth(line));
    expect(new Set(widths).size).toBe(1);
  });

  it("wraps only the columns that may shrink to fit the terminal", () => {
    const rows: readonly Row[] = [["a-very-long-rule-name-that-does-not-fit", "1,234,567"]];
    const drawn = table(columns, rows, terminalStyle(24));
    expect(drawn.split("\n").every((line) => stringWidth(line) <= 24)).toBe(true);
    const [, first = "", ...rest] = drawn.split("\n");
    expect(first).toMatch(/^a-very-long-\S* +1,234,567$/);
    expect([first.split(" ")[0], ...rest].join("")).toBe("a-very-long-rule-name-that-does-not-fit");
    expect(table(columns, rows, pipeStyle)).toContain("a-very-long-rule-name-that-does-not-fit");
  });

  it("drops optional columns when shrinking is not enough, the highest drop number first", () => {
    const wide: readonly CellColumn<Row>[] = [
      ...columns,
      { head: "First seen", drop: 2, cell: () => "2026-03-16 12:00" },
      { head: "Last seen", drop: 1, cell: () => "2026-03-18 12:00" },
      { head: "Luxury", extra: true, cell: () => "x" },
    ];
    const heads = (width: number): string => table(wide, [["E501", "3"]], terminalStyle(width)).split("\n")[0] ?? "";
    expect(heads(80)).toMatch(/Rule +Count +First seen +Last seen +Luxury/);
    expect(heads(54)).toMatch(/Rule +Count +First seen +Last seen$/);
    expect(heads(40)).toMatch(/Rule +Count +Last seen/);
    expect(heads(20)).toMatch(/^Rule +Count$/);
  });

  it("takes time and memory linear in the number of rows", () => {
    const rows = Array.from({ length: 100_000 }, (_, n): Row => [`規則 rule-${n}`, String(n)]);
    const before = process.cpuUsage();
    for (const style of [pipeStyle, terminalStyle(40), coloredStyle(20)]) {
      const lines = table(columns, rows, style).split("\n");
      expect(lines.length).toBeGreaterThan(100_000);
      expect(lines.filter((line) => /\d$/.test(stripVTControlCharacters(line))).length).toBeGreaterThanOrEqual(100_000);
    }
    // It would be hours if each row cost as much as all rows before it.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(30);
  });

  it("does not pad every line to the width of one very long cell", () => {
    const rows: readonly Row[] = [["x".repeat(100_000), "1"], ...Array.from({ length: 1_000 }, (): Row => ["E501", "2"])];
    const drawn = table(columns, rows, pipeStyle);
    expect(drawn).toContain("x".repeat(100_000));
    expect(drawn.length).toBeLessThan(300_000);
    expect(Math.max(...widthsOf(table(columns, rows, terminalStyle(40))))).toBeLessThanOrEqual(40);
  });

  it("never exceeds the terminal nor loses a row or a letter, whatever the cells contain", () => {
    const cell = fc.string({ unit: "grapheme", maxLength: 40 }).map(plain);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(cell, fc.nat(99999)), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 20, max: 90 }),
        (rows, width) => {
          const lines = table(
            columns,
            rows.map(([rule, n]) => [rule, String(n)] as const),
            terminalStyle(width),
          ).split("\n");
          for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
          const letters = (text: string): string =>
            stripVTControlCharacters(text)
              .replaceAll(/[\s\d]/g, "")
              .normalize();
          expect(letters(lines.slice(1).join(""))).toBe(letters(rows.map(([rule]) => rule).join("")));
          const numbers = lines
            .slice(1)
            .flatMap((line) => (/ (\d+)$/.exec(line)?.[1] ? [Number(/ (\d+)$/.exec(line)?.[1])] : []));
          expect(numbers.length).toBeGreaterThanOrEqual(rows.length);
        },
      ),
    );
  });
});
