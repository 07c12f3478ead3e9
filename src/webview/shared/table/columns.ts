import type { ComponentChildren } from "preact";
import type { Texts } from "../texts.ts";
import type { Cell } from "./csv.ts";

/** A column of a table: the value for sorting and export, the text, and, if it differs, the rendered cell. */
export type Column<Row> = Readonly<{
  key: string;
  title: string;
  numeric: boolean;
  /** Value for sorting and CSV: plain numbers, times in ISO 8601. */
  value(row: Row): Cell;
  /** Sort key that replaces `value`, if the order differs from that of the values. */
  rank?(row: Row): number;
  /** Text in the display language. */
  text(row: Row): string;
  /** Cell content, if it is more than text. */
  cell?(row: Row): ComponentChildren;
}>;

/** A text column; null is blank. */
export const textColumn = <Row>(key: string, title: string, value: (row: Row) => string | null): Column<Row> => ({
  key,
  title,
  numeric: false,
  value,
  text: (row) => value(row) ?? "",
});

/** A column of formatted numbers; null is blank. */
export const numberColumn = <Row>(
  key: string,
  title: string,
  value: (row: Row) => number | null,
  format: (value: number) => string,
): Column<Row> => ({
  key,
  title,
  numeric: true,
  value,
  text: (row) => {
    const amount = value(row);
    return amount === null ? "" : format(amount);
  },
});

/** A column of counts. */
export const countColumn = <Row>(texts: Texts, key: string, title: string, value: (row: Row) => number | null): Column<Row> =>
  numberColumn(key, title, value, texts.number);

/** Number of decimals of amounts in columns: a test often costs less than a cent. */
const decimals = 4;

/** A column of amounts in US dollars. */
export const moneyColumn = <Row>(texts: Texts, key: string, title: string, value: (row: Row) => number | null): Column<Row> =>
  numberColumn(key, title, value, texts.moneyOf(decimals));

/** A column of shares in whole per cent. */
export const shareColumn = <Row>(texts: Texts, title: string, value: (row: Row) => number | null): Column<Row> =>
  numberColumn("share", title, value, texts.percent);

export type Sort = Readonly<{ key: string; descending: boolean }>;

function compareCells(a: Cell, b: Cell): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b));
}

/** Sorts rows by a column. Rows without a value come last in both directions; equal rows keep their order. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: Sort): readonly Row[] {
  const column = columns.find(({ key }) => key === sort.key);
  if (column === undefined) return rows;
  const direction = sort.descending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: column.rank?.(row) ?? column.value(row) }))
    .sort((a, b) => {
      if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null);
      return direction * compareCells(a.value, b.value);
    })
    .map(({ row }) => row);
}
