import * as z from "zod";
import { plain } from "../../../kernel/privacy.ts";
import { cells, time } from "./column-types.ts";

/** A row was added to a store. Columns that are left out get their defaults. */
export const rowAdded = z.looseObject({ row: cells });

/**
 * A row was changed at the time `at`: the cells in `set` are written only if the row's cells equal those in `expect`. `note` is
 * added to the row's trail together with the transition.
 */
export const rowChanged = z.looseObject({
  key: plain(z.string()),
  at: time(),
  set: cells,
  expect: cells.optional(),
  note: z.record(z.string(), z.unknown()).readonly().optional(),
});

/** A row was removed from a store. */
export const rowRemoved = z.looseObject({ key: plain(z.string()), at: time() });

export type RowAdded = Readonly<z.infer<typeof rowAdded>>;
export type RowChanged = Readonly<z.infer<typeof rowChanged>>;
export type RowRemoved = Readonly<z.infer<typeof rowRemoved>>;

/** What a fact does to a store. */
export type StoreChange =
  | Readonly<{ op: "add"; data: RowAdded }>
  | Readonly<{ op: "change"; data: RowChanged }>
  | Readonly<{ op: "remove"; data: RowRemoved }>;
