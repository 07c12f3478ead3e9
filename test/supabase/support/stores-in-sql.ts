import { agentKinds } from "../../../src/domain/agent/kinds.ts";
import type { Column, Store } from "../../../src/domain/agent/store.ts";

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

type Cells = Readonly<Record<string, unknown>>;

/** Whether a store takes a row with this cell. */
const takes = (store: Store, sample: Cells, name: string, cell: unknown): boolean =>
  store.row.safeParse({ ...sample, [name]: cell }).success;

/** The cheap part of what a cell has to be: whoever recorded it has checked all of it. */
function typeCheck(store: Store, sample: Cells, { name, type, values, min, max }: Column): string {
  const path = `$.${name}`;
  if (values !== null) return `(${values.map((value) => `${path} == "${value}"`).join(" || ")})`;
  if (type === "integer") {
    return `${path} >= ${min ?? Number.MIN_SAFE_INTEGER} && ${path} <= ${max ?? Number.MAX_SAFE_INTEGER} && ${path} == ${path}.floor()`;
  }
  if (takes(store, sample, name, "   ")) return `${path}.type() == "string"`;
  const isTime = takes(store, sample, name, "2026-03-16T08:00:00.000Z") && !takes(store, sample, name, "x");
  return isTime ? `${path} >= "0" && ${path} < ":"` : `(${path} >= "!" && ${path} < "\\u007f" || ${path} like_regex "\\S")`;
}

/** @param sample a whole row of the store */
export function storeInSql(store: Store, sample: Cells): StoreInSql {
  const checks = store.columns.map((column) => {
    const check = typeCheck(store, sample, column);
    return column.nullable ? `(!exists($.${column.name}) || ${check})` : check;
  });
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
