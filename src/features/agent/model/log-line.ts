import type { Row } from "./column-types.ts";
import { learningLine, learnings } from "./learnings.ts";
import { selfEditLine, selfEdits } from "./self-edits.ts";
import type { Store } from "./store.ts";

/** The stores that are also kept as text files with one line per row. */
export const logStores: readonly Store[] = [selfEdits, learnings];

/** Returns the line of a row in its store's text file, without its line feed; null for stores without such a file. */
export function logLine(store: Store, row: Row): string | null {
  if (store.name === learnings.name) return learningLine(learnings.row.parse(row));
  return store.name === selfEdits.name ? selfEditLine(selfEdits.row.parse(row)) : null;
}
