import { appendOnly, changedMeanwhile, illegalTransition, invalidRow, rowExists, rowNotFound } from "../../../kernel/errors.ts";
import { problemsOf } from "../../../kernel/zod-messages.ts";
import type { Cell, Row } from "./column-types.ts";
import { type Store, transitionsFrom } from "./store.ts";
import type { RowAdded, RowChanged, StoreChange } from "./store-change.ts";

/**
 * The result of applying a change to a row: the row (`null` if it is removed), or why the change is refused. The rules of the
 * stores are enforced only here: the result decides whether a change is recorded, and the same step folds recorded changes into
 * rows. There, a refused change has no effect; this happens when two devices changed one row without having each other's change.
 */
export type ReduceResult = Readonly<{ ok: true; row: Row | null }> | Readonly<{ ok: false; error: Error }>;

const refuse = (error: Error): ReduceResult => ({ ok: false, error });

const unknownColumns = (store: Store, cells: Row): readonly string[] =>
  Object.keys(cells).filter((name) => !store.columns.some((column) => column.name === name));

const unknownColumnError = (store: Store, names: readonly string[]): Error =>
  invalidRow(store.noun, [
    `there is no column ${names.join(", ")}; the columns are ${store.columns.map(({ name }) => name).join(", ")}`,
  ]);

/** Returns an error if a cell of a row is invalid. */
function cellError(store: Store, row: Row): Error | undefined {
  const parsed = store.row.safeParse(row, { reportInput: true });
  return parsed.success ? undefined : invalidRow(store.noun, problemsOf(parsed.error));
}

/** Checks a row against the store's rule, which covers combinations of cells. */
function checkRule(store: Store, row: Row): ReduceResult {
  const problem = store.rule(row);
  return problem === undefined ? { ok: true, row } : refuse(invalidRow(store.noun, [problem]));
}

/** @param fixed cells that are not given with the row: the key that its fact assigns, and the project */
function add(store: Store, row: Row | undefined, key: string, cells: RowAdded["row"], fixed: Row): ReduceResult {
  if (row !== undefined) return refuse(rowExists(store.noun, key));
  const names = unknownColumns(store, cells);
  if (names.length > 0) return refuse(unknownColumnError(store, names));
  const complete: Record<string, Cell> = {};
  for (const column of store.columns) {
    const cell = fixed[column.name] ?? cells[column.name] ?? column.default;
    if (cell !== undefined) complete[column.name] = cell;
  }
  const error = cellError(store, complete);
  return error === undefined ? checkRule(store, complete) : refuse(error);
}

const isSame = (row: Row, cells: Row): boolean => Object.entries(cells).every(([name, cell]) => (row[name] ?? null) === cell);

/** Returns an error if columns of a row must not be set. */
function forbiddenChange(store: Store, row: Row, set: Row): Error | undefined {
  const { changes, noun, key } = store;
  if (changes === "none") return appendOnly(noun, "nothing of it changes");
  const keys = Object.keys(set).filter((name) => key.includes(name) || name === "project");
  if (keys.length > 0) return invalidRow(noun, [`${keys.join(", ")} cannot change`]);
  if (changes === "free") return undefined;
  const others = Object.keys(set).filter((name) => !changes.fill.includes(name));
  if (others.length > 0)
    return appendOnly(noun, `${others.join(", ")} cannot change; only ${changes.fill.join(", ")} can be filled in`);
  const filled = Object.keys(set).filter((name) => row[name] !== null);
  return filled.length > 0 ? appendOnly(noun, `${filled.join(", ")} is filled in already`) : undefined;
}

/** Appends an entry to a trail. Undefined if the trail is not a list; its content is never replaced by a new list. */
function appendToTrail(trail: Cell | undefined, entry: Readonly<Record<string, unknown>>): string | undefined {
  try {
    const parsed: unknown = JSON.parse(String(trail));
    return Array.isArray(parsed) ? JSON.stringify([...parsed, entry]) : undefined;
  } catch {
    // The caller reports the error.
    return undefined;
  }
}

type TransitionResult = Readonly<{ row: Row; error?: undefined }> | Readonly<{ row?: undefined; error: Error }>;

/** Checks the transition if the row's state changes, and appends the transition and the note to the row's trail. */
function applyTransition(store: Store, before: Row, after: Row, { key, at, note }: RowChanged): TransitionResult {
  const { states, trail, noun } = store;
  if (states === null) return { row: after };
  const from = String(before[states.column]);
  const to = String(after[states.column]);
  const isTransition = from !== to;
  if (isTransition) {
    const reason = transitionsFrom(store, from).includes(to) ? states.guard?.(before, after) : "";
    if (reason !== undefined) return { error: illegalTransition(noun, key, from, to, transitionsFrom(store, from), reason) };
  }
  if (trail === null || !(isTransition || note !== undefined)) return { row: after };
  const entry = { at, ...(isTransition ? { transition: `${from} → ${to}` } : {}), ...note };
  const next = appendToTrail(after[trail], entry);
  return next === undefined
    ? { error: invalidRow(noun, [`${trail} of ${key} is no list, so that nothing can be added to it`]) }
    : { row: { ...after, [trail]: next } };
}

function change(store: Store, row: Row | undefined, data: RowChanged): ReduceResult {
  const { key, set, expect = {}, note } = data;
  if (row === undefined) return refuse(rowNotFound(store.noun, key, store.name));
  const names = unknownColumns(store, { ...set, ...expect });
  if (names.length > 0) return refuse(unknownColumnError(store, names));
  if (Object.keys(set).length === 0 && note === undefined) return refuse(invalidRow(store.noun, ["nothing to change was given"]));
  const problem = forbiddenChange(store, row, set);
  if (problem !== undefined) return refuse(problem);
  if (!isSame(row, expect)) return refuse(changedMeanwhile(store.noun, key, Object.keys(expect)));
  const { states } = store;
  if (states !== null && set[states.column] !== undefined && set[states.column] === row[states.column]) {
    const state = String(row[states.column]);
    return refuse(illegalTransition(store.noun, key, state, state, transitionsFrom(store, state), ""));
  }
  const merged = { ...row, ...set };
  // An invalid cell is reported before an illegal transition.
  const error = cellError(store, merged);
  if (error !== undefined) return refuse(error);
  const next = applyTransition(store, row, merged, data);
  return next.error === undefined ? checkRule(store, next.row) : refuse(next.error);
}

/** Applies a change to a row. @param fixed cells that the fact itself gives to a row that it adds: key and project */
export function reduceRow(store: Store, row: Row | undefined, key: string, { op, data }: StoreChange, fixed: Row): ReduceResult {
  switch (op) {
    case "add":
      return add(store, row, key, data.row, fixed);
    case "change":
      return change(store, row, data);
    case "remove":
      return row === undefined ? refuse(rowNotFound(store.noun, key, store.name)) : { ok: true, row: null };
    default:
      return op satisfies never;
  }
}
