import type { Draft, Envelope, Fact, FactPlace } from "../../kernel/fact.ts";
import type { Verdict } from "../../kernel/verdict.ts";
import type { Connection } from "../../ledger/index/connection.ts";
import type { Days } from "../../ledger/index/days.ts";
import type { RowCounts } from "../agent/index/row-counts.ts";
import type { Row } from "../agent/model/column-types.ts";
import type { TestNumbers } from "../evals/index/test-numbers.ts";
import type { EvalQueries } from "../evals/model/queries.ts";
import type { KnownContent } from "../facts/kinds.ts";
import type { Deltas } from "../reviews/index/pending-sums.ts";
import type { LookupCache, ScopeState } from "./lookup-cache.ts";

/** The place of a run in canonical order. */
export type RunKey = Readonly<{ at: number; factId: string }>;

/** What a step works on. */
export type Session = Readonly<{
  db: Connection;
  days: Days;
  memory: LookupCache;
  evalTests: TestNumbers;
  rowCounts: RowCounts;
  /** What waits to be written. Rows of runs are written at once. */
  deltas: Deltas;
  /** Places per scope from which streaks have to be folded again: where a run came in before the newest, or went. */
  unsettled: Map<number, RunKey[]>;
  /** Scopes whose longest pass streak may have gone with a run that was taken away. */
  bestLost: Set<number>;
  /** Agents whose runs may have become hidden or visible. */
  exposed: Set<string>;
  /** Agents of which runs took another place in time. */
  replaced: Set<string>;
  /** Devices whose clock had gone back. */
  clocksBack: Set<string>;
}>;

/** What drafts of one batch are checked against: the index, the log, and the batch itself. Reads only. */
export type Checking = Readonly<{
  db: Connection;
  memory: LookupCache;
  evals(): EvalQueries;
  fetch(place: FactPlace): Promise<Fact>;
  batch: Batch;
}>;

/** What the earlier drafts of a batch do. */
export type Batch = Readonly<{
  /** By what they are about, where a second draft about the same is none of its own. */
  drafts: Map<string, Readonly<{ content: KnownContent; position: number }>>;
  /** Rows as they leave them; null: gone. */
  rows: Map<string, Row | null>;
}>;

export const emptyBatch = (): Batch => ({ drafts: new Map(), rows: new Map() });

/** What a kind of fact does in the index. What it means is defined in its feature's model (`facts/kinds.ts`). */
export type KindInIndex<Content> = Readonly<{
  /** Without it every draft that fits its schema is accepted. */
  check?: (checking: Checking, draft: Content & Pick<Draft, "project">, position: number) => Verdict | Promise<Verdict>;
  /** @returns why the fact cannot be applied, if so */
  apply: (session: Session, fact: Envelope & Content, place: FactPlace) => string | undefined;
}>;

/** Changes a scope's standing. */
export function setScope(session: Session, scope: ScopeState): void {
  session.memory.scopes.set(scope.id, scope);
  session.deltas.scopes.set(scope.id, scope);
}

export function scopeOf(session: Session, id: number): ScopeState {
  const scope = session.memory.scopes.get(id);
  if (scope === undefined) throw new TypeError(`the index has no scope ${id}`);
  return scope;
}

/** Notes that streaks have to be folded again from a place on. */
export function unsettle(session: Session, scope: number, key: RunKey): void {
  const keys = session.unsettled.get(scope);
  if (keys === undefined) session.unsettled.set(scope, [key]);
  else keys.push(key);
}
