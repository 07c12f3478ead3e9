import type { ComponentChildren } from "preact";
import type { Texts } from "../texts.ts";
import type { Cell } from "./csv.ts";

/** A column of a table: what sorts and is exported, what is read, and, where it differs, what is shown. */
export type Column<Row> = Readonly<{
  key: string;
  title: string;
  numeric: boolean;
  /** Sorts, and goes into CSV: numbers plain, times in ISO-8601. */
  value(row: Row): Cell;
  /** Sorts in the value's place, where the order is not that of the values. */
  rank?(row: Row): number;
  /** In words and formats of the language. */
  text(row: Row): string;
  /** Where more than text is shown. */
  cell?(row: Row): ComponentChildren;
}>;

/** A column of words; what has none is blank. */
export const wordColumn = <Row>(key: string, title: string, value: (row: Row) => string | null): Column<Row> => ({
  key,
  title,
  numeric: false,
  value,
  text: (row) => value(row) ?? "",
});

/** A column of numbers in a format; what has none is blank. */
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

/** Decimals of amounts in columns: what a test cost is often less than a cent. */
const decimals = 4;

/** A column of amounts. */
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

/** Rows in order of a column; rows without a value come last either way, equal rows keep their order. */
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
