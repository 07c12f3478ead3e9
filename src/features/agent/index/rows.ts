import { int } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { Row } from "../model/column-types.ts";
import { parseKey, type Store } from "../model/store.ts";
import { columnList, readCells, toCell } from "./cells.ts";

/** A row as stored in its table; `id` is the rowid. */
export type StoredRow = Readonly<{ id: number; row: Row }>;

const keyCondition = (store: Store): string => store.key.map((column) => `${column} = ?`).join(" AND ");

/** Finds the row with a key. */
export function findRow(db: Connection, store: Store, key: string): StoredRow | undefined {
  const cells = parseKey(store, key);
  if (cells === undefined) return undefined;
  const found = db.get(`SELECT rowid, ${columnList(store)} FROM ${store.table} WHERE ${keyCondition(store)}`, cells.map(toCell));
  return found === undefined ? undefined : { id: int(found, 0), row: readCells(store, found, 1) };
}

const valuesOf = (store: Store, row: Row) => store.columns.map(({ name }) => toCell(row[name] ?? null));

/** @returns the rowid of the new row */
export function insertRow(db: Connection, store: Store, row: Row): number {
  const placeholders = store.columns.map(() => "?").join(", ");
  db.run(`INSERT INTO ${store.table} (${columnList(store)}) VALUES (${placeholders})`, valuesOf(store, row));
  return int(db.get("SELECT last_insert_rowid()") ?? [], 0);
}

/** Writes the cells that differ. */
export function updateRow(db: Connection, store: Store, { id, row }: StoredRow, next: Row): void {
  const changed = store.columns.map(({ name }) => name).filter((name) => row[name] !== next[name]);
  if (changed.length === 0) return;
  db.run(`UPDATE ${store.table} SET ${changed.map((name) => `${name} = ?`).join(", ")} WHERE rowid = ?`, [
    ...changed.map((name) => toCell(next[name] ?? null)),
    id,
  ]);
}

export function deleteRow(db: Connection, store: Store, id: number): void {
  db.run(`DELETE FROM ${store.table} WHERE rowid = ?`, [id]);
}
