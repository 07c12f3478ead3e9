import { agentKinds } from "../../src/features/agent/model/kinds.ts";
import type { Column, Store } from "../../src/features/agent/model/store.ts";

/*
 * The agent's stores in a team's database, derived from their definitions: a row of `ai_sync_private.agent_stores`, which the
 * fold of facts uses, and a view. Names come only from constants of this program.
 */

/** A store's row in the table `ai_sync_private.agent_stores`. `checks` is the text of a JSON path. */
type SqlStore = Readonly<{
  store: string;
  columns: readonly string[];
  key: readonly string[];
  key_from: string;
  defaults: Readonly<Record<string, unknown>>;
  changes: string;
  fill: readonly string[];
  state: string | null;
  ways: unknown;
  trail: string | null;
  checks: string;
}>;

/** Columns that come from the fact itself: cells of that name are ignored. */
const isFromFact = (store: Store, name: string): boolean => store.keyFrom !== "given" && store.key.includes(name);

/**
 * The conditions on a cell that folds and views rely on; the recording program has already validated it fully. A comparison in a
 * JSON path unwraps lists, so the type is checked first.
 */
function checkOf(store: Store, { name, type, nullable, values, min, max }: Column): string {
  const path = `$.${name}`;
  const allowNull = (check: string): string => (nullable ? `(!exists(${path}) || ${check})` : check);
  if (type === "integer") {
    const rangeCheck = `${path} >= ${min ?? Number.MIN_SAFE_INTEGER} && ${path} <= ${max ?? Number.MAX_SAFE_INTEGER}`;
    return allowNull(`${path}.type() == "number" && ${path}.floor() == ${path} && ${rangeCheck}`);
  }
  const textCheck = `${path}.type() == "string"`;
  if (store.states?.column !== name) return allowNull(textCheck);
  return `${textCheck} && (${(values ?? []).map((value) => `${path} == "${value}"`).join(" || ")})`;
}

const checksOf = (store: Store): readonly string[] => [
  ...store.columns.filter(({ name }) => !isFromFact(store, name)).map((column) => checkOf(store, column)),
  ...(store.ruleInSql === null ? [] : [store.ruleInSql]),
];

export function toSqlStore(store: Store): SqlStore {
  return {
    store: store.name,
    columns: store.columns.map(({ name }) => name),
    key: store.key,
    key_from: store.keyFrom,
    defaults: Object.fromEntries(
      store.columns.flatMap(({ name, default: cell }) => (cell === undefined || cell === null ? [] : [[name, cell]])),
    ),
    changes: typeof store.changes === "string" ? store.changes : "fill",
    fill: typeof store.changes === "string" ? [] : store.changes.fill,
    state: store.states?.column ?? null,
    ways: store.states?.ways ?? null,
    trail: store.trail,
    checks: checksOf(store).join(" && "),
  };
}

/** The store and operation of each kind of fact, by kind. */
export const sqlKinds: readonly Readonly<{ kind: string; store: string; op: string }>[] = [...agentKinds.values()]
  .map(({ kind, store, op }) => ({ kind, store: store.name, op }))
  .sort((a, b) => (a.kind < b.kind ? -1 : 1));

/** The columns of a store's view, and their types. */
export const viewColumns = (store: Store): readonly (readonly [string, string])[] =>
  store.columns.map(({ name, type }) => [name, type === "integer" ? "bigint" : "text"] as const);

function viewColumn(store: Store, { name, type }: Column): string {
  if (name === "project") return name;
  if (isFromFact(store, name)) return `key${type === "integer" ? "::bigint" : ""} as ${name}`;
  const cell = `cells ->> '${name}'`;
  return `${type === "integer" ? `(${cell})::numeric::bigint` : cell} as ${name}`;
}

const textLiteral = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const literal = (value: string | null): string => (value === null ? "null" : textLiteral(value));
const jsonLiteral = (value: unknown): string => (value === null ? "null" : textLiteral(JSON.stringify(value)));
const listLiteral = (names: readonly string[]): string => textLiteral(`{${names.join(",")}}`);

/** The reason why the team database's fold does not support a store, so that a file alone cannot define it; else undefined. */
function unsupportedReason(store: Store): string | undefined {
  if (store.states?.guard !== undefined) return "a guard of its states has no form in SQL";
  return store.key.length === 1 || store.key.length === 3 ? undefined : "a key has one column or three";
}

/** The file that defines or redefines a store in a team's database. @param file its number @throws for what SQL cannot fold */
export function storeMigration(store: Store, file: string): string {
  const reason = unsupportedReason(store);
  if (reason !== undefined) throw new Error(`Failed to write the migration of ${store.name}: ${reason}`);
  const { key_from, defaults, changes, fill, state, ways, trail } = toSqlStore(store);
  const columns = store.columns.map(({ name }) => name);
  const kinds = sqlKinds
    .filter((one) => one.store === store.name)
    .map(({ kind, op }) => `  ('${kind}', '${store.name}', '${op}')`);
  return `-- The agent's store ${store.name}. ${store.about}
-- Written by \`npm run migration -- ${store.name}\` from the store's definition.

insert into ai_sync_private.agent_stores (store, columns, key, key_from, defaults, changes, fill, state, ways, trail, checks) values
  ('${store.name}', ${listLiteral(columns)},
    ${listLiteral(store.key)}, '${key_from}', ${jsonLiteral(defaults)}, '${changes}', ${listLiteral(fill)}, ${literal(state)},
    ${jsonLiteral(ways)}, ${literal(trail)}, ${textLiteral(`\n      ${checksOf(store).join("\n      && ")}`)})
on conflict (store) do update set
  columns = excluded.columns, key = excluded.key, key_from = excluded.key_from, defaults = excluded.defaults, changes = excluded.changes,
  fill = excluded.fill, state = excluded.state, ways = excluded.ways, trail = excluded.trail, checks = excluded.checks;

insert into ai_sync_private.agent_kinds (kind, store, op) values
${kinds.join(",\n")}
on conflict (kind) do update set store = excluded.store, op = excluded.op;

create or replace view ai_sync.agent_${store.name} with (security_invoker = true) as
  select team_id, fact_id, user_id,
    ${store.columns.map((column) => viewColumn(store, column)).join(",\n    ")}
  from ai_sync.agent_rows where store = '${store.name}' and cells is not null;

select ai_sync_private.finish_store('${file}', '${store.name}');
`;
}
