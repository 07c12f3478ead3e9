import { expect, test } from "vitest";
import { type Column, sortRows } from "../../../../src/webview/shared/table/columns.ts";
import { changeOf, matchingRules, type RuleRow } from "../../../../src/webview/violations/violation-table.tsx";

type Row = Readonly<{ name: string; size: number | null }>;
const columns: readonly Column<Row>[] = [
  { key: "name", title: "Name", numeric: false, value: ({ name }) => name, text: ({ name }) => name },
  { key: "size", title: "Size", numeric: true, value: ({ size }) => size, text: ({ size }) => String(size) },
];
const rows: readonly Row[] = [
  { name: "b", size: 10 },
  { name: "a", size: null },
  { name: "c", size: 9 },
];

test("rows sort by value, and rows without a value come last in either direction", () => {
  const names = (key: string, descending: boolean): string =>
    sortRows(rows, columns, { key, descending })
      .map(({ name }) => name)
      .join("");
  expect(names("name", false)).toBe("abc");
  expect(names("size", false)).toBe("cba");
  expect(names("size", true)).toBe("bca");
  expect(names("none", true)).toBe("bac");
});

const rule = (name: string, count: number, previous: number | null): RuleRow => ({
  rule: name,
  count,
  runs: 1,
  previous,
  by_severity: { error: 0, warning: count, info: 0 },
  spark: [count],
});

test("a change requires a period before", () => {
  expect(changeOf(rule("E501", 5, 2))).toBe(3);
  expect(changeOf(rule("E501", 5, null))).toBeNull();
});

test("rules are found by all words of a query, in any letter case", () => {
  const found = matchingRules([rule("style/noVar", 1, null), rule("style/useTemplate", 1, null)], " STYLE  use ");
  expect(found.map((row) => row.rule)).toEqual(["style/useTemplate"]);
});
