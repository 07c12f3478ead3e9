import { invalidRow } from "../../../kernel/errors.ts";
import type { Row } from "./column-types.ts";
import type { Store } from "./store.ts";
import type { StoreChange } from "./store-change.ts";

/** A billion USD, in millionths: an amount of one row beyond it is a mistake. */
export const mostMicros = 10 ** 15;
export const mostTokens = 10 ** 12;

const mostOf = (store: Store, column: string): number | undefined => {
  if (store.dollars[column] !== undefined) return mostMicros;
  return column.endsWith("_tokens") ? mostTokens : undefined;
};

const problemsOf = (store: Store, cells: Row): readonly string[] =>
  Object.entries(cells).flatMap(([column, value]) => {
    const most = mostOf(store, column);
    if (most === undefined || typeof value !== "number" || value <= most) return [];
    const dollars = store.dollars[column];
    return [dollars === undefined ? `${column} must be at most ${most}` : `${dollars} must be at most ${most / 1_000_000} USD`];
  });

/** Why the cells that a change brings must not be recorded. What is recorded already stands, and can still be changed otherwise. */
export function beyondBounds(store: Store, change: StoreChange): Error | undefined {
  switch (change.op) {
    case "add":
    case "change": {
      const problems = problemsOf(store, change.op === "add" ? change.data.row : change.data.set);
      return problems.length === 0 ? undefined : invalidRow(store.noun, problems);
    }
    case "remove":
      return undefined;
    default:
      return change satisfies never;
  }
}
