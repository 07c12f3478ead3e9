import * as z from "zod";
import { plain } from "../../../kernel/privacy.ts";
import { cells, time } from "./column-types.ts";

/** A row came into a store. Columns that are left out get their defaults. */
export const added = z.looseObject({ row: cells });

/**
 * A row changed: `set`, at the time `at`, but only if the row's cells are those of `expect`. `note` goes into the row's trail,
 * beside the transition.
 */
export const changed = z.looseObject({
  key: plain(z.string()),
  at: time(),
  set: cells,
  expect: cells.optional(),
  note: z.record(z.string(), z.unknown()).readonly().optional(),
});

/** A row went out of a store. */
export const removed = z.looseObject({ key: plain(z.string()), at: time() });

export type RowAdded = Readonly<z.infer<typeof added>>;
export type RowChanged = Readonly<z.infer<typeof changed>>;
export type RowRemoved = Readonly<z.infer<typeof removed>>;

/** What a fact does to a store. */
export type StoreChange =
  | Readonly<{ op: "add"; data: RowAdded }>
  | Readonly<{ op: "change"; data: RowChanged }>
  | Readonly<{ op: "remove"; data: RowRemoved }>;
