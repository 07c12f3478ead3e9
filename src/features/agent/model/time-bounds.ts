import { invalidRow } from "../../../kernel/errors.ts";
import type { Row } from "./column-types.ts";
import type { Store } from "./store.ts";
import type { StoreChange } from "./store-change.ts";

/** Maximum amount in one row: a billion USD, in millionths. A larger amount is a mistake. */
export const maxMicros = 10 ** 15;
export const maxTokens = 10 ** 12;

const maxOf = (store: Store, column: string): number | undefined => {
  if (store.dollars[column] !== undefined) return maxMicros;
  return column.endsWith("_tokens") ? maxTokens : undefined;
};

const boundProblems = (store: Store, cells: Row): readonly string[] =>
  Object.entries(cells).flatMap(([column, value]) => {
    const max = maxOf(store, column);
    if (max === undefined || typeof value !== "number" || value <= max) return [];
    const dollars = store.dollars[column];
    return [dollars === undefined ? `${column} must be at most ${max}` : `${dollars} must be at most ${max / 1_000_000} USD`];
  });

/**
 * Returns an error if a cell that a change sets is beyond its limit. Recorded values are not checked, so that their rows can
 * still be changed.
 */
export function checkBounds(store: Store, change: StoreChange): Error | undefined {
  switch (change.op) {
    case "add":
    case "change": {
      const problems = boundProblems(store, change.op === "add" ? change.data.row : change.data.set);
      return problems.length === 0 ? undefined : invalidRow(store.noun, problems);
    }
    case "remove":
      return undefined;
    default:
      return change satisfies never;
  }
}
