import { rowNotFound, usage } from "../../../kernel/errors.ts";
import type { Draft, Fact, PlacedFact } from "../../../kernel/fact.ts";
import { toErrorView } from "../../../kernel/ledger-error.ts";
import type { DeferredDraft, Ports, Queries } from "../../../ports/ports.ts";
import type { Cell, Row } from "../model/column-types.ts";
import { assignedKey } from "../model/key.ts";
import { kindFor } from "../model/kinds.ts";
import { keyOf, type Store } from "../model/store.ts";
import type { RowChanged } from "../model/store-change.ts";
import type { RowView } from "./views.ts";

/*
 * Common access to the agent's stores: every verb is built from these functions.
 */

type LedgerPorts = Pick<Ports, "ledger">;

/** Records drafts as one batch, all or none. @throws the error of the first refused draft */
export async function recordBatch(
  { ledger }: LedgerPorts,
  drafts: readonly (Draft | DeferredDraft)[],
): Promise<readonly PlacedFact[]> {
  const outcomes = await ledger.record(drafts, { together: true });
  return outcomes.map((outcome) => {
    if (outcome.recorded) return outcome.fact;
    throw outcome.reason === "refused" ? outcome.error : new Error("the ledger took a new row for a known one");
  });
}

export const addDraft = (store: Store, project: string | null, row: Row): Draft => ({
  kind: kindFor(store, "add"),
  project,
  data: { row },
});

export type Change = Omit<RowChanged, "key" | "at">;

export const changeDraft = (store: Store, key: string, project: string | null, at: Date, change: Change): Draft => ({
  kind: kindFor(store, "change"),
  project,
  data: { key, at: at.toISOString(), ...change },
});

/** Returns the row with a key. @throws not_found */
export function requireRow<R extends Row>({ agent }: Queries, store: Store<R>, key: string): R {
  const row = agent.get(store, key);
  if (row === undefined) throw rowNotFound(store.noun, key, store.name);
  return row;
}

/**
 * Returns the key of the row that a text identifies: the key itself, or a prefix of exactly one key.
 * @throws usage if several keys begin with the text
 */
export function keyByPrefix({ agent }: Queries, store: Store, id: string): string {
  const [column = ""] = store.key;
  if (agent.get(store, id) !== undefined) return id;
  // No id contains U+10FFFF, the last code point, so this bound includes every id with the prefix.
  const { rows } = agent.list(store, { where: { [column]: { from: id, to: `${id}\u{10FFFF}` } }, limit: 3 });
  const [only, ...more] = rows.map((row) => keyOf(store, row));
  if (only === undefined) return id;
  if (more.length === 0) return only;
  throw usage(`Failed to find ${store.noun} ${id}: several begin so (${[only, ...more].join(", ")})`, "Give more of its id.");
}

/** Runs `keyByPrefix` on a ledger. */
export const resolveKey = ({ ledger }: LedgerPorts, store: Store, id: string): Promise<string> =>
  ledger.ask((queries) => keyByPrefix(queries, store, id));

export const getRow = <R extends Row>({ ledger }: LedgerPorts, store: Store<R>, key: string): Promise<R> =>
  ledger.ask((queries) => requireRow(queries, store, key));

/** Whether a row needs an id and has none. */
export const needsId = (store: Store, row: Row): boolean =>
  store.key[0] === "id" && row["id"] === undefined && store.keyFrom === "given";

/** Returns the key of a row that was added by a fact. */
export function addedKey(store: Store, row: Row, fact: Fact): string {
  const [column = ""] = store.key;
  const assigned = assignedKey(store, fact);
  return keyOf(store, assigned === undefined ? row : { ...row, [column]: assigned });
}

/** Adds a row and answers a question about it in one call. @throws invalid_input, exists */
export async function addRowAndQuery<R extends Row, Result>(
  ports: LedgerPorts,
  store: Store<R>,
  project: string | null,
  row: Row,
  query: (row: R, queries: Queries) => Result,
): Promise<Result> {
  const [placed] = await recordBatch(ports, [addDraft(store, project, row)]);
  if (placed === undefined) throw new Error("the ledger gave no outcome for the row");
  const key = addedKey(store, row, placed.fact);
  return ports.ledger.ask((queries) => query(requireRow(queries, store, key), queries));
}

/**
 * The same for a row whose id the caller chose. If the row exists already, the question is answered about the existing row, so
 * that a call can be repeated.
 * @param comparedColumns the cells in which a repeated row must agree @throws invalid_input, exists (a row with that id that differs)
 */
export async function addRowOnce<R extends Row, Result>(
  ports: LedgerPorts,
  store: Store<R>,
  project: string | null,
  row: Row & Readonly<{ id: string }>,
  comparedColumns: readonly string[],
  query: (row: R, queries: Queries) => Result,
): Promise<Result> {
  try {
    return await addRowAndQuery(ports, store, project, row, query);
  } catch (error) {
    if (toErrorView(error).code !== "exists") throw error;
    const known = await getRow(ports, store, row.id);
    if (!comparedColumns.every((name) => (known[name] ?? null) === (row[name] ?? null))) throw error;
    return ports.ledger.ask((queries) => query(requireRow(queries, store, row.id), queries));
  }
}

/** Adds a row and returns it as stored. @throws invalid_input, exists */
export const addRow = <R extends Row>(ports: LedgerPorts, store: Store<R>, project: string | null, row: Row): Promise<R> =>
  addRowAndQuery(ports, store, project, row, (added) => added);

/**
 * A change of a row that is decided when it is written: `decide` receives the row as it is at that time.
 * @throws (when recorded) not_found, illegal_transition, append_only, invalid_input, and what `decide` throws
 */
export const lateChange = <R extends Row>(
  store: Store<R>,
  key: string,
  at: Date,
  decide: (row: R, queries: Queries) => Change,
): DeferredDraft => ({
  decide(queries) {
    const row = requireRow(queries, store, key);
    const project = row["project"];
    return changeDraft(store, key, typeof project === "string" ? project : null, at, decide(row, queries));
  },
});

/** The removal of a row, which must exist when the removal is written. @throws (when recorded) not_found */
export const lateRemove = (store: Store, key: string, at: Date): DeferredDraft => ({
  decide(queries) {
    const project = requireRow(queries, store, key)["project"];
    return {
      kind: kindFor(store, "remove"),
      project: typeof project === "string" ? project : null,
      data: { key, at: at.toISOString() },
    };
  },
});

/** Changes one row and returns it as stored. */
export async function changeRow<R extends Row>(
  ports: Pick<Ports, "ledger" | "clock">,
  store: Store<R>,
  key: string,
  decide: (row: R, queries: Queries) => Change,
): Promise<R> {
  await recordBatch(ports, [lateChange(store, key, ports.clock.now(), decide)]);
  return getRow(ports, store, key);
}

/** Returns the values that were given, which are those that are not undefined. */
export const omitUndefined = <Value>(values: Readonly<Record<string, Value | undefined>>): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));

const microsPerDollar = 1_000_000;

/** Converts millionths to dollars. */
export const dollarsOf = (micros: number): number => micros / microsPerDollar;

/** Converts dollars to millionths, rounded. */
export const microsOf = (usd: number): number => Math.round(usd * microsPerDollar);

/** Returns a row with its amounts in dollars in addition to those in millionths. */
export function withDollars(store: Store, row: Row): RowView {
  const view: Record<string, Cell> = { ...row };
  for (const [micros, name] of Object.entries(store.dollars)) view[name] = dollarsOf(Number(row[micros] ?? 0));
  return view;
}
