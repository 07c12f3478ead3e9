import { compareRecording } from "../../../kernel/fact.ts";
import type { Row } from "./column-types.ts";
import type { PlacedChange } from "./placed-change.ts";
import { reduceRow } from "./row-reducer.ts";

/** Content of the stores: rows by key, by store name. */
export type StoreRows = ReadonlyMap<string, ReadonlyMap<string, Row>>;

/** Folds changes, given in any order, into rows. They are applied in recording order; a refused one has no effect. */
export function foldStores(changes: readonly PlacedChange[]): StoreRows {
  const stores = new Map<string, Map<string, Row>>();
  for (const { store, key, change, fixed } of changes.toSorted((a, b) => compareRecording(a.recording, b.recording))) {
    const rows = stores.get(store.name) ?? new Map<string, Row>();
    stores.set(store.name, rows);
    const next = reduceRow(store, rows.get(key), key, change, fixed);
    if (!next.ok) continue;
    if (next.row === null) rows.delete(key);
    else rows.set(key, next.row);
  }
  return stores;
}
