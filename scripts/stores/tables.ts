import type { Column, OrderClause, Store, StoreIndex } from "../../src/features/agent/model/store.ts";
import { allStores } from "../../src/features/agent/model/stores.ts";

/*
 * The tables of the agent's stores in the index, derived from their definitions. Names come from constants of this program only.
 */

const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

const literal = (cell: string | number): string => (typeof cell === "number" ? String(cell) : quoteText(cell));

function checksOf({ name, values, min, max, nullable }: Column): readonly string[] {
  const checks = [
    ...(values === null ? [] : [`${name} IN (${values.map(quoteText).join(", ")})`]),
    ...(min === null || max === null ? [] : [`${name} BETWEEN ${min} AND ${max}`]),
    ...(min !== null && max === null ? [`${name} >= ${min}`] : []),
  ];
  return checks.map((check) => `CHECK (${nullable ? `${name} IS NULL OR ` : ""}${check})`);
}

function columnSql(store: Store, column: Column): string {
  const isKey = store.key.length === 1 && store.key[0] === column.name;
  const defaultValue = column.default;
  return [
    column.name,
    column.type === "integer" ? "INTEGER" : "TEXT",
    ...(column.nullable ? [] : ["NOT NULL"]),
    ...(isKey ? [`PRIMARY KEY${store.keyFrom === "serial" ? " AUTOINCREMENT" : ""}`] : []),
    ...(defaultValue === undefined || defaultValue === null ? [] : [`DEFAULT ${literal(defaultValue)}`]),
    ...checksOf(column),
  ].join(" ");
}

const orderClauses = (order: readonly OrderClause[]): string =>
  order.map(({ column, desc }) => `${column}${desc ? " DESC" : ""}`).join(", ");

const indexSql = (store: Store, { name, columns, where }: StoreIndex): string =>
  `CREATE INDEX ${name} ON ${store.table} (${orderClauses(columns)})${where === undefined ? "" : ` WHERE ${where}`};`;

/** The statements that create a store's table and indexes. USD columns in millionths have a virtual counterpart in dollars. */
export function tableSql(store: Store): string {
  const parts = [
    ...store.columns.map((column) => columnSql(store, column)),
    ...Object.entries(store.dollars).map(
      ([micros, dollars]) => `${dollars} REAL GENERATED ALWAYS AS (${micros} / 1000000.0) VIRTUAL`,
    ),
    ...(store.key.length > 1 ? [`PRIMARY KEY (${store.key.join(", ")})`] : []),
  ];
  const table = `CREATE TABLE ${store.table} (\n  ${parts.join(",\n  ")}\n) STRICT;`;
  return [table, ...store.indexes.map((index) => indexSql(store, index))].join("\n");
}

/** The file with the tables of all stores. `versions`: the index versions in which one of them was added or changed. */
export const tablesFile = (versions: readonly number[]): string => `/*
 * Written by \`npm run migration\` from the definitions of the agent's stores. A file of its own, so that a short command does not load the
 * definitions.
 */

/** The tables of the agent's stores. */
export const storeTables = \`
${allStores.map(tableSql).join("\n")}
\`;

/** The versions of the index with which one of them came or changed. An index from before is filled from the journal. */
export const storeVersions: readonly number[] = [${versions.join(", ")}];
`;
