import type { SqlValue } from "sql.js";
import * as z from "zod";
import { invalidInput } from "../../../kernel/errors.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import { type Cell, cell, type Row } from "../model/column-types.ts";
import type { AgentQueries, Condition, ListQuery } from "../model/queries.ts";
import type { OrderClause, Store } from "../model/store.ts";
import { columnList, readCells, toCell } from "./cells.ts";

type Sql = Readonly<{ text: string; values: readonly SqlValue[] }>;

const isList = (condition: Condition): condition is readonly Cell[] => Array.isArray(condition);

/** Returns the name of a column if the store has it. Nothing else ever becomes part of a statement. */
function columnOf(store: Store, name: string): string {
  const column = store.columns.find((one) => one.name === name);
  if (column !== undefined) return column.name;
  throw invalidInput(`the question about ${store.name}`, [
    `there is no column ${JSON.stringify(name)}; the columns are ${store.columns.map((one) => one.name).join(", ")}`,
  ]);
}

function conditionSql(column: string, condition: Condition): Sql {
  if (condition === null) return { text: `${column} IS NULL`, values: [] };
  if (typeof condition !== "object") return { text: `${column} = ?`, values: [toCell(condition)] };
  if (isList(condition)) {
    return { text: `${column} IN (${condition.map(() => "?").join(", ")})`, values: condition.map(toCell) };
  }
  const { from, to } = condition;
  return {
    text:
      [...(from === undefined ? [] : [`${column} >= ?`]), ...(to === undefined ? [] : [`${column} < ?`])].join(" AND ") || "1",
    values: [from, to].flatMap((bound) => (bound === undefined ? [] : [toCell(bound)])),
  };
}

/** Returns the order with the key appended, so that it is total. */
function totalOrder(store: Store, { order = store.order, reverse = false }: ListQuery): readonly OrderClause[] {
  const named = order.map(({ column, desc = false }) => ({ column: columnOf(store, column), desc }));
  const last = named.at(-1)?.desc ?? false;
  const key = store.key.filter((column) => !named.some((one) => one.column === column)).map((column) => ({ column, desc: last }));
  return [...named, ...key].map(({ column, desc }) => ({ column, desc: desc !== reverse }));
}

const cursorSchema = z.object({ order: z.string(), cells: z.array(cell) });

const orderText = (order: readonly OrderClause[]): string =>
  order.map(({ column, desc }) => `${column}${desc ? " DESC" : ""}`).join(", ");

const cursorOf = (order: readonly OrderClause[], row: Row): string =>
  Buffer.from(JSON.stringify({ order: orderText(order), cells: order.map(({ column }) => row[column] ?? null) })).toString(
    "base64url",
  );

function readCursor(order: readonly OrderClause[], cursor: string): readonly Cell[] {
  try {
    const parsed = cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    if (parsed.order === orderText(order) && parsed.cells.length === order.length) return parsed.cells;
  } catch {
    // Reported below, like a cursor of another query.
  }
  throw invalidInput("the cursor", ["it is none that this question gave; begin again without a cursor"]);
}

/** Returns the condition for what comes after a cell in an order. SQLite sorts rows without a value first. */
function afterCell(column: string, desc: boolean, value: Cell): Sql {
  if (value === null) return { text: desc ? "0" : `${column} IS NOT NULL`, values: [] };
  return desc
    ? { text: `(${column} < ? OR ${column} IS NULL)`, values: [toCell(value)] }
    : { text: `${column} > ?`, values: [toCell(value)] };
}

const joinSql = (parts: readonly Sql[], by: string): Sql => ({
  text: parts.map(({ text }) => text).join(by),
  values: parts.flatMap(({ values }) => values),
});

/**
 * Returns the conditions for rows after a place in an order: in the first column that differs, their value comes after the
 * place's.
 */
function afterPlace(store: Store, order: readonly OrderClause[], place: readonly Cell[]): readonly Sql[] {
  const alternatives = order.map(({ column, desc = false }, n) => {
    const same = order.slice(0, n).map((one, m) => ({ text: `${one.column} IS ?`, values: [toCell(place[m] ?? null)] }));
    return joinSql([...same, afterCell(column, desc, place[n] ?? null)], " AND ");
  });
  const [first] = order;
  const value = place[0] ?? null;
  const isPresent = first !== undefined && store.columns.find(({ name }) => name === first.column)?.nullable === false;
  // Redundant, but lets SQLite start in the middle of an index.
  const bound = isPresent ? [{ text: `${first.column} ${first.desc ? "<=" : ">="} ?`, values: [toCell(value)] }] : [];
  const any = joinSql(alternatives, " OR ");
  return [...bound, { text: `(${any.text})`, values: any.values }];
}

/** Returns rows of a store, at most `maxRows` (negative: all). Column names are checked against the store's; values are bound. */
export function selectRows<R extends Row>(db: Connection, store: Store<R>, listing: ListQuery, maxRows: number): readonly R[] {
  const order = totalOrder(store, listing);
  const conditions = Object.entries(listing.where ?? {}).map(([name, condition]) =>
    conditionSql(columnOf(store, name), condition),
  );
  const page = listing.cursor === undefined ? [] : afterPlace(store, order, readCursor(order, listing.cursor));
  const { text, values } = joinSql([...conditions, ...page], " AND ");
  const sql = `SELECT ${columnList(store)} FROM ${store.table}${text === "" ? "" : ` WHERE ${text}`} ORDER BY ${orderText(order)} LIMIT ?`;
  return db.all(sql, [...values, maxRows], (row) => store.row.parse(readCells(store, row, 0)));
}

/** Returns rows of a store in pages. One row more than requested is read to detect a further page. */
export const listRows =
  (db: Connection): AgentQueries["list"] =>
  (store, listing) => {
    const { limit = -1 } = listing;
    const rows = selectRows(db, store, listing, limit < 0 ? -1 : limit + 1);
    if (limit < 0 || rows.length <= limit) return { rows, cursor: null };
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { rows: page, cursor: last === undefined ? null : cursorOf(totalOrder(store, listing), last) };
  };
