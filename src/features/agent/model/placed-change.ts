import type { Fact, Recording } from "../../../kernel/fact.ts";
import type { Cell, Row } from "./column-types.ts";
import { assignedKey } from "./key.ts";
import { keyOf, normalizeCells, type Store } from "./store.ts";
import type { StoreChange } from "./store-change.ts";

/** A change with the key of its row and its place in recording order. */
export type PlacedChange = Readonly<{
  store: Store;
  key: string;
  change: StoreChange;
  /** Cells that the fact itself gives to a row that it adds: key and project. */
  fixed: Row;
  recording: Recording;
}>;

function normalizeChange(store: Store, change: StoreChange): StoreChange {
  switch (change.op) {
    case "add":
      return { op: "add", data: { ...change.data, row: normalizeCells(store, change.data.row) } };
    case "change": {
      const { key, set, expect } = change.data;
      const cells = {
        set: normalizeCells(store, set),
        ...(expect === undefined ? {} : { expect: normalizeCells(store, expect) }),
      };
      return { op: "change", data: { ...change.data, key: key.normalize("NFC"), ...cells } };
    }
    case "remove":
      return { op: "remove", data: { ...change.data, key: change.data.key.normalize("NFC") } };
    default:
      return change satisfies never;
  }
}

const hasProject = (store: Store): boolean => store.columns.some(({ name }) => name === "project");

/**
 * Returns the change of a parsed fact. Texts are composed (NFC) even if the fact's are not, so that names that look alike are the
 * same.
 */
export function placeChange(
  fact: Readonly<{ store: Store; change: StoreChange } & Pick<Fact, "at" | "device" | "seq" | "project">>,
): PlacedChange {
  const { store } = fact;
  const change = normalizeChange(store, fact.change);
  const recording: Recording = { at: fact.at, device: fact.device, seq: fact.seq };
  const assigned = assignedKey(store, recording);
  const [column] = store.key;
  const fixed: Record<string, Cell> = {};
  if (assigned !== undefined && column !== undefined) fixed[column] = assigned;
  if (hasProject(store)) fixed["project"] = fact.project?.normalize("NFC") ?? null;
  const key = change.op === "add" ? keyOf(store, { ...change.data.row, ...fixed }) : change.data.key;
  return { store, key, change, fixed, recording };
}
