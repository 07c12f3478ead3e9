import type { SqlValue } from "sql.js";
import { fromText, type Row as SqlRow } from "../../../ledger/index/codec.ts";
import type { Cell, Row } from "../model/column-types.ts";
import type { Store } from "../model/store.ts";

/*
 * Cells are stored unchanged, line feeds included, so that any SQLite tool shows them. Only what sql.js would lose (NUL ends a
 * text; lone surrogates and a leading byte order mark are not read back) is written as ␛ and four hex digits.
 */

const unstorable = /[␛\0\p{Cs}]|^\ufeff/u;
const eachUnstorable = /[␛\0\p{Cs}]|^\ufeff/gu;

const escapeChar = (one: string): string => `␛${one.charCodeAt(0).toString(16).padStart(4, "0")}`;

export const toCell = (value: Cell): SqlValue =>
  typeof value === "string" && unstorable.test(value) ? value.replace(eachUnstorable, escapeChar) : value;

export function fromCell(value: SqlValue | undefined): Cell {
  if (typeof value === "string") return fromText(value);
  if (typeof value === "number" || value === null) return value;
  throw new TypeError(`a cell of the index is neither text nor a number: ${String(value)}`);
}

/** Reads the columns of a store, in their order, starting at a position in a row. */
export function readCells(store: Store, row: SqlRow, from: number): Row {
  const cells: Record<string, Cell> = {};
  store.columns.forEach(({ name }, n) => {
    cells[name] = fromCell(row[from + n]);
  });
  return cells;
}

export const columnList = (store: Store): string => store.columns.map(({ name }) => name).join(", ");
