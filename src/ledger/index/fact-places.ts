import type { FactPlace } from "../../kernel/fact.ts";
import { int, name, type Row } from "./codec.ts";
import type { Connection, Params } from "./connection.ts";

/*
 * Tables that hold the places of the facts of a kind; the facts themselves are read from the journal.
 */

/** Reads a place from four columns of a row, starting at `column`. */
export const placeAt = (row: Row, column: number): FactPlace => ({
  device: name(row, column),
  segment: int(row, column + 1),
  offset: int(row, column + 2),
  length: int(row, column + 3),
});

/** Places of a table's facts. @param rest the rest of the query, after the table's name */
export const readPlaces = (db: Connection, table: string, rest: string, values: Params): readonly FactPlace[] =>
  db.all(`SELECT device, segment, offset, length FROM ${table} ${rest}`, values, (row) => placeAt(row, 0));

/**
 * Stores the place of a fact; after a move to another log it replaces the earlier one.
 * @param cells of the table's other columns
 */
export function storePlace(
  db: Connection,
  table: string,
  cells: Readonly<Record<string, Params[number]>>,
  { device, segment, offset, length }: FactPlace,
): void {
  const row = { ...cells, device, segment, offset, length };
  const names = Object.keys(row);
  db.run(`INSERT OR REPLACE INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`, Object.values(row));
}
