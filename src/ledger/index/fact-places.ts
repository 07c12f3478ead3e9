import type { FactPlace } from "../../kernel/fact.ts";
import { int, name, type Row } from "./codec.ts";
import type { Connection, Params } from "./connection.ts";

/*
 * Tables that hold where the facts of a kind stand; what these say is read from the journal.
 */

/** The place that stands in four columns of a row, from one on. */
export const placeAt = (row: Row, column: number): FactPlace => ({
  device: name(row, column),
  segment: int(row, column + 1),
  offset: int(row, column + 2),
  length: int(row, column + 3),
});

/** Places of a table's facts. @param rest of the question, behind the table's name */
export const placesIn = (db: Connection, table: string, rest: string, values: Params): readonly FactPlace[] =>
  db.all(`SELECT device, segment, offset, length FROM ${table} ${rest}`, values, (row) => placeAt(row, 0));

/** Notes where a fact stands: one that was moved to another log, at its newest place. @param cells of the table's other columns */
export function notePlace(
  db: Connection,
  table: string,
  cells: Readonly<Record<string, Params[number]>>,
  { device, segment, offset, length }: FactPlace,
): void {
  const row = { ...cells, device, segment, offset, length };
  const names = Object.keys(row);
  db.run(`INSERT OR REPLACE INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`, Object.values(row));
}
