import { clockToleranceMs } from "../../../kernel/clock-tolerance.ts";
import { parseTimestamp } from "../../../kernel/timestamp.ts";
import type { Row } from "./column-types.ts";
import type { Store } from "./store.ts";
import type { StoreChange } from "./store-change.ts";

/** Returns the cells that a change sets. */
function cellsOf(change: StoreChange): Row {
  switch (change.op) {
    case "add":
      return change.data.row;
    case "change":
      return change.data.set;
    case "remove":
      return {};
    default:
      return change satisfies never;
  }
}

/** Returns the times of past events in a change that are ahead of the clock by more than the clock tolerance. */
export function futureTimes(
  { store, change }: Readonly<{ store: Store; change: StoreChange }>,
  now: Date,
): readonly Readonly<{ noun: string; column: string; value: string }>[] {
  const cells = cellsOf(change);
  return store.happened.flatMap((column) => {
    const value = cells[column];
    const at = typeof value === "string" ? parseTimestamp(value) : undefined;
    if (typeof value !== "string" || at === undefined || at <= now.getTime() + clockToleranceMs) return [];
    return [{ noun: store.noun, column, value }];
  });
}
