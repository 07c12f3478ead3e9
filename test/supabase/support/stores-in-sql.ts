import { agentKinds } from "../../../src/features/agent/model/kinds.ts";
import type { Column, Store } from "../../../src/features/agent/model/store.ts";

/** A store as the table `ai_sync_private.agent_stores` should have it. `checks` is the text of a JSON path. */
export type StoreInSql = Readonly<{
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

/** Rules that hold between the cells of a row, by store. */
const rules: Readonly<Record<string, string>> = {
  em_inbox:
    '($.state != "answered" || $.answer like_regex "\\\\S" && exists($.answered_at)) && ($.state != "escalated" || exists($.escalated_to)) && ($.state != "closed" || exists($.closed_at))',
  feedback: '($.state != "verified" || $.regression_test_path like_regex "\\\\S")',
  memory: "!($.superseded_by == $.id)",
};

/** Columns that the fact itself gives to a row: what its cells say of them is not looked at. */
const isGiven = (store: Store, name: string): boolean => store.keyFrom !== "given" && store.key.includes(name);

/**
 * What folds and views need of a cell: whoever recorded it has checked all of it. A path unwraps lists where it compares, so the type
 * is asked for first.
 */
function checkOf(store: Store, { name, type, nullable, values, min, max }: Column): string {
  const path = `$.${name}`;
  const optional = (check: string): string => (nullable ? `(!exists(${path}) || ${check})` : check);
  if (type === "integer") {
    const within = `${path} >= ${min ?? Number.MIN_SAFE_INTEGER} && ${path} <= ${max ?? Number.MAX_SAFE_INTEGER}`;
    return optional(`${path}.type() == "number" && ${path}.floor() == ${path} && ${within}`);
  }
  const isText = `${path}.type() == "string"`;
  if (store.states?.column !== name) return optional(isText);
  return `${isText} && (${(values ?? []).map((value) => `${path} == "${value}"`).join(" || ")})`;
}

export function storeInSql(store: Store): StoreInSql {
  const checks = store.columns.filter(({ name }) => !isGiven(store, name)).map((column) => checkOf(store, column));
  const rule = rules[store.name];
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
    checks: [...checks, ...(rule === undefined ? [] : [rule])].join(" && "),
  };
}

/** What each kind of fact does to which store, by kind. */
export const kindsInSql = Object.entries(agentKinds)
  .map(([kind, { store, op }]) => ({ kind, store: store.name, op }))
  .sort((a, b) => (a.kind < b.kind ? -1 : 1));

/** The columns of a store's view, and their types. */
export const viewColumns = (store: Store): readonly (readonly [string, string])[] =>
  store.columns.map(({ name, type }) => [name, type === "integer" ? "bigint" : "text"] as const);
