import { compareRecording } from "../../../kernel/fact.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { LookupCache } from "../../index/lookup-cache.ts";
import type { Row } from "../model/column-types.ts";
import type { PlacedChange } from "../model/placed-change.ts";
import { type ReduceResult, reduceRow } from "../model/row-reducer.ts";
import type { Store } from "../model/store.ts";
import { changesOf, deletePlace, hasChanges, hasLaterChange, placeOf, saveChange, savePlace } from "./changes.ts";
import type { RowCounts } from "./row-counts.ts";
import { deleteRow, findRow, insertRow, type StoredRow, updateRow } from "./rows.ts";
import { countRow } from "./sums.ts";

type Context = Readonly<{ db: Connection; memory: LookupCache; rowCounts: RowCounts }>;

/** Writes the new state of a row. @returns its rowid, undefined if it was removed */
function writeRow(
  { db, rowCounts }: Context,
  store: Store,
  stored: StoredRow | undefined,
  next: Row | undefined,
): number | undefined {
  countRow(db, store, stored?.row, next);
  rowCounts.changed(store, stored?.row, next);
  if (stored === undefined) return next === undefined ? undefined : insertRow(db, store, next);
  if (next !== undefined) {
    updateRow(db, store, stored, next);
    return stored.id;
  }
  deleteRow(db, store, stored.id);
  deletePlace(db, store, stored.id);
  return undefined;
}

/**
 * Returns why a change was refused if the fact is invalid; undefined if it was refused only because another change came first.
 */
function invalidReason(next: ReduceResult): string | undefined {
  if (next.ok) return undefined;
  const { code, message } = toErrorView(next.error);
  return code === "invalid_input" || code === "append_only" ? message : undefined;
}

/** Adds a row of which no change is known yet, as most facts do. */
function addNew(context: Context, { store, key, change, fixed, recording }: PlacedChange): string | undefined {
  const next = reduceRow(store, undefined, key, change, fixed);
  if (!next.ok || next.row === null) return invalidReason(next);
  const id = writeRow(context, store, undefined, next.row);
  // For rows whose key is their place, the place is not stored again.
  if (id !== undefined && store.keyFrom !== "recorded") savePlace(context.db, context.memory, store, id, recording);
  return undefined;
}

/** Refolds a row from all of its changes, because one arrived late. */
function refold({ db, memory }: Context, store: Store, key: string): Row | undefined {
  let row: Row | undefined;
  for (const { change, fixed } of changesOf(db, memory, store, key)) {
    const next = reduceRow(store, row, key, change, fixed);
    if (next.ok) row = next.row ?? undefined;
  }
  return row;
}

/**
 * Applies a change to its row. The row is always the result of its changes in recording order, regardless of the order in which
 * facts arrive.
 * @returns why the fact is invalid, if it is
 */
export function applyChange(context: Context, placed: PlacedChange): string | undefined {
  const { db, memory } = context;
  const { store, key, change, fixed, recording } = placed;
  const stored = findRow(db, store, key);
  const isKnown = hasChanges(db, store, key);
  if (stored === undefined && !isKnown && change.op === "add") return addNew(context, placed);
  const addedAt = stored === undefined || isKnown ? undefined : placeOf(db, memory, store, stored.id);
  if (stored !== undefined && addedAt !== undefined) {
    const addition = { op: "add", data: { row: stored.row } } as const;
    saveChange(db, memory, store, key, { change: addition, fixed: {}, recording: addedAt });
  }
  const isNewest =
    addedAt === undefined ? !hasLaterChange(db, memory, store, key, recording) : compareRecording(addedAt, recording) <= 0;
  saveChange(db, memory, store, key, { change, fixed, recording });
  const next: ReduceResult = isNewest
    ? reduceRow(store, stored?.row, key, change, fixed)
    : { ok: true, row: refold(context, store, key) ?? null };
  if (!next.ok) return invalidReason(next);
  const id = writeRow(context, store, stored, next.row ?? undefined);
  if (id !== undefined && stored === undefined) savePlace(db, memory, store, id, recording);
  return undefined;
}
