import { int } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { Row } from "../model/column-types.ts";
import type { Store } from "../model/store.ts";
import { fromCell } from "./cells.ts";

/** The columns by which rows of a store with states are counted. `severity` is null if the store has none. */
export type CountKey = Readonly<{ project: string | null; state: string; severity: string | null }>;

/**
 * Number of rows by state, project and severity. The numbers are computed from the table on the first query and maintained from
 * then on: a query's cost does not depend on the number of rows, and recording has no extra cost before the first query.
 */
export interface RowCounts {
  /** Updates the numbers after a change of a row. */
  changed(store: Store, before: Row | undefined, after: Row | undefined): void;
  /** Number of rows of a store with states, in a project or in all. */
  of(store: Store, project: string | undefined): readonly Readonly<CountKey & { rows: number }>[];
}

type Group = { readonly of: CountKey; rows: number };

const keyOf = ({ project, state, severity }: CountKey): string => JSON.stringify([project, state, severity]);

const textOf = (cell: Row[string] | undefined): string | null => (typeof cell === "string" ? cell : null);

/** Counts the rows in a database. */
export function createRowCounts(db: Connection): RowCounts {
  const stores = new Map<string, Map<string, Group>>();

  const countKeyOf = (store: Store, row: Row): CountKey => ({
    project: textOf(row["project"]),
    state: String(row[store.states?.column ?? ""]),
    severity: textOf(row["severity"]),
  });

  const load = (store: Store): Map<string, Group> => {
    if (store.states === null) throw new TypeError(`${store.name} has no states to count by`);
    const severity = store.columns.some(({ name }) => name === "severity") ? "severity" : "NULL";
    const by = `project, ${store.states.column}, ${severity}`;
    const groups = db.all(`SELECT ${by}, count(*) FROM ${store.table} GROUP BY ${by}`, [], (row): Group => {
      const [project, state, severityText] = [0, 1, 2].map((at) => textOf(fromCell(row[at])));
      return { of: { project: project ?? null, state: state ?? "", severity: severityText ?? null }, rows: int(row, 3) };
    });
    return new Map(groups.map((group) => [keyOf(group.of), group]));
  };

  const add = (groups: Map<string, Group>, of: CountKey, change: 1 | -1): void => {
    const key = keyOf(of);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { of, rows: change });
    else group.rows += change;
  };

  return {
    changed(store, before, after) {
      const groups = stores.get(store.name);
      if (groups === undefined) return;
      if (before !== undefined) add(groups, countKeyOf(store, before), -1);
      if (after !== undefined) add(groups, countKeyOf(store, after), 1);
    },
    of(store, project) {
      const groups = stores.get(store.name) ?? load(store);
      stores.set(store.name, groups);
      return [...groups.values()].flatMap(({ of, rows }) =>
        rows === 0 || (project !== undefined && of.project !== project) ? [] : [{ ...of, rows }],
      );
    },
  };
}
