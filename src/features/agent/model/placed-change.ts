import type { Fact, Recording } from "../../../kernel/fact.ts";
import type { Cell, Row } from "./column-types.ts";
import { assignedKey } from "./key.ts";
import { keyOf, type Store } from "./store.ts";
import type { StoreChange } from "./store-change.ts";

/** A change with the row that it is about and its place in recording order. */
export type PlacedChange = Readonly<{
  store: Store;
  key: string;
  change: StoreChange;
  /** Cells that the fact itself gives to a row that it adds: key and project. */
  fixed: Row;
  recording: Recording;
}>;

const hasProject = (store: Store): boolean => store.columns.some(({ name }) => name === "project");

/** The change of an understood fact. */
export function placeChange(
  fact: Readonly<{ store: Store; change: StoreChange } & Pick<Fact, "at" | "device" | "seq" | "project">>,
): PlacedChange {
  const { store, change } = fact;
  const recording: Recording = { at: fact.at, device: fact.device, seq: fact.seq };
  const assigned = assignedKey(store, recording);
  const [column] = store.key;
  const fixed: Record<string, Cell> = {};
  if (assigned !== undefined && column !== undefined) fixed[column] = assigned;
  if (hasProject(store)) fixed["project"] = fact.project;
  const key = change.op === "add" ? keyOf(store, { ...change.data.row, ...fixed }) : change.data.key;
  return { store, key, change, fixed, recording };
}
