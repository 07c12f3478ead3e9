import * as z from "zod";
import type { Recording } from "../../../kernel/fact.ts";
import { compareRecording } from "../../../kernel/fact.ts";
import { int, type Row as SqlRow } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { LookupCache } from "../../index/lookup-cache.ts";
import { cells, type Row } from "../model/column-types.ts";
import { agentKinds, kindFor } from "../model/kinds.ts";
import type { Store } from "../model/store.ts";
import type { StoreChange } from "../model/store-change.ts";
import { allStores } from "../model/stores.ts";
import { fromCell, toCell } from "./cells.ts";

/*
 * The changes of rows that changed, by row and in recording order, and the places of rows that did not.
 */

export type StoredChange = Readonly<{ change: StoreChange; fixed: Row; recording: Recording }>;

/** A store's number in the database. */
export const storeNumber = (store: Store): number => allStores.findIndex(({ name: one }) => one === store.name);

const storedChangeSchema = z.object({ kind: z.string(), data: z.record(z.string(), z.unknown()), fixed: cells });

function readRecording(memory: LookupCache, row: SqlRow, from: number): Recording {
  return {
    at: new Date(int(row, from)).toISOString(),
    device: memory.deviceName(int(row, from + 1)),
    seq: int(row, from + 2),
  };
}

/** Stores one change of a row. */
export function saveChange(db: Connection, memory: LookupCache, store: Store, key: string, entry: StoredChange): void {
  const { change, fixed, recording } = entry;
  const text = JSON.stringify({ kind: kindFor(store, change.op), data: change.data, fixed });
  db.run("INSERT OR IGNORE INTO agent_changes (store, key, recorded, device, seq, change) VALUES (?, ?, ?, ?, ?, ?)", [
    storeNumber(store),
    toCell(key),
    Date.parse(recording.at),
    memory.device(recording.device).id,
    recording.seq,
    toCell(text),
  ]);
}

function readStoredChange(memory: LookupCache, row: SqlRow): StoredChange {
  const { kind, data, fixed } = storedChangeSchema.parse(JSON.parse(String(fromCell(row[0]))));
  const read = agentKinds.get(kind)?.read(data);
  if (read === undefined) throw new TypeError(`the index holds a change of kind ${kind}`);
  if (!read.ok) throw new TypeError(`the index holds a ${kind} that cannot be read: ${read.problems.join("; ")}`);
  return { change: read.content.change, fixed, recording: readRecording(memory, row, 1) };
}

/** Returns all changes of a row, in recording order. */
export const changesOf = (db: Connection, memory: LookupCache, store: Store, key: string): readonly StoredChange[] =>
  db
    .all(
      "SELECT change, recorded, device, seq FROM agent_changes WHERE store = ? AND key = ?",
      [storeNumber(store), toCell(key)],
      (row) => readStoredChange(memory, row),
    )
    .sort((a, b) => compareRecording(a.recording, b.recording));

/** Whether any change of a row is stored. */
export const hasChanges = (db: Connection, store: Store, key: string): boolean =>
  db.get("SELECT 1 FROM agent_changes WHERE store = ? AND key = ? LIMIT 1", [storeNumber(store), toCell(key)]) !== undefined;

/** Whether a change of a row was recorded after a given place. */
export const hasLaterChange = (db: Connection, memory: LookupCache, store: Store, key: string, recording: Recording): boolean =>
  db
    .all(
      "SELECT recorded, device, seq FROM agent_changes WHERE store = ? AND key = ? AND recorded >= ?",
      [storeNumber(store), toCell(key), Date.parse(recording.at)],
      (row) => readRecording(memory, row, 0),
    )
    .some((other) => compareRecording(other, recording) > 0);

/** Stores where in recording order a row was added. */
export function savePlace(db: Connection, memory: LookupCache, store: Store, row: number, { at, device, seq }: Recording): void {
  db.run("INSERT OR REPLACE INTO agent_places (store, row, recorded, device, seq) VALUES (?, ?, ?, ?, ?)", [
    storeNumber(store),
    row,
    Date.parse(at),
    memory.device(device).id,
    seq,
  ]);
}

export function placeOf(db: Connection, memory: LookupCache, store: Store, row: number): Recording {
  const found = db.get("SELECT recorded, device, seq FROM agent_places WHERE store = ? AND row = ?", [storeNumber(store), row]);
  if (found === undefined) throw new TypeError(`the index does not know when row ${row} of ${store.name} was added`);
  return readRecording(memory, found, 0);
}

export function deletePlace(db: Connection, store: Store, row: number): void {
  db.run("DELETE FROM agent_places WHERE store = ? AND row = ?", [storeNumber(store), row]);
}
