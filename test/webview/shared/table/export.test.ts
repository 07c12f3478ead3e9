import { stringify } from "csv-stringify/sync";
import { array, assert, constant, constantFrom, double, oneof, property, string } from "fast-check";
import { expect, test } from "vitest";
import { csvText } from "../../../../src/kernel/escape.ts";
import { type Cell, toCsv } from "../../../../src/webview/shared/table/csv.ts";
import { toMarkdown } from "../../../../src/webview/shared/table/markdown.ts";

test("text that a spreadsheet would execute is neutralized, and numbers stay numbers", () => {
  const rows: readonly (readonly Cell[])[] = [
    ["=1+1", -1.4],
    ["+1", 0],
    ["@cmd", null],
    ["-2+3", 2],
    ["\t=x", 3],
    ['a "b", c', 4],
    ["two\nlines", 5],
  ];
  expect(toCsv(["rule", "count"], rows)).toBe(
    `rule,count\n'=1+1,-1.4\n'+1,0\n'@cmd,\n'-2+3,2\n'\t'=x,3\n"a ""b"", c",4\n"two\nlines",5\n`,
  );
});

test("CSV equals the output of the command line's CSV library", () => {
  const risky = oneof(
    string(),
    constantFrom(
      "=1",
      "+1",
      "-1",
      "@x",
      "＝1",
      "＋1",
      "－1",
      "＠x",
      'q"',
      "a,b",
      "a\nb",
      "a;=1",
      "a\t-1",
      'a;"=1"',
      "a;\t =1",
      "\t=1",
    ),
  );
  const cell = oneof(
    risky,
    double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    constant(null),
  );
  assert(
    property(array(array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 }), (rows) => {
      const library = stringify([["x", "y"], ...rows], { cast: { string: (text) => csvText(text) }, record_delimiter: "\n" });
      expect(toCsv(["x", "y"], rows)).toBe(library);
    }),
  );
});

test("Markdown tables align numbers and escape markup", () => {
  const columns = [
    { title: "Rule", numeric: false },
    { title: "Count", numeric: true },
  ];
  expect(
    toMarkdown(columns, [
      ["a|b*c", "1"],
      ["two\nlines", "2"],
    ]),
  ).toBe("| Rule | Count |\n| --- | ---: |\n| a\\|b\\*c | 1 |\n| two lines | 2 |\n");
});
