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

/** The state that a step works on. */
export type Session = Readonly<{
  db: Connection;
  days: Days;
  memory: LookupCache;
  evalTests: TestNumbers;
  rowCounts: RowCounts;
  /** Changes that wait to be written. Rows of runs are written at once. */
  deltas: Deltas;
  /** Places per scope from which streaks have to be refolded: where a run was inserted before the latest one, or removed. */
  unsettled: Map<number, RunKey[]>;
  /** Scopes whose longest pass streak may be lost because a run was removed. */
  bestLost: Set<number>;
  /** Agents whose runs may have become hidden or visible. */
  exposed: Set<string>;
  /** Agents with runs whose place in time has changed. */
  replaced: Set<string>;
  /** Devices whose clock had gone back. */
  clocksBack: Set<string>;
}>;

/** What drafts of one batch are checked against: the index, the log, and the batch itself. Reads only. */
export type CheckContext = Readonly<{
  db: Connection;
  memory: LookupCache;
  evals(): EvalQueries;
  fetch(place: FactPlace): Promise<Fact>;
  batch: Batch;
}>;

/** The effects of the earlier drafts of a batch. */
export type Batch = Readonly<{
  /** Drafts by their subject, where a second draft on the same subject does not become a fact of its own. */
  drafts: Map<string, Readonly<{ content: KnownContent; position: number }>>;
  /** Rows as these drafts leave them; null: removed. */
  rows: Map<string, Row | null>;
}>;

export const emptyBatch = (): Batch => ({ drafts: new Map(), rows: new Map() });

/** The effect of a kind of fact on the index. Its meaning is defined in its feature's model (`facts/kinds.ts`). */
export type KindHandler<Content> = Readonly<{
  /** Without it every draft that matches its schema is accepted. */
  check?: (context: CheckContext, draft: Content & Pick<Draft, "project">, position: number) => Verdict | Promise<Verdict>;
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

/** Marks a place from which streaks have to be refolded. */
export function markUnsettled(session: Session, scope: number, key: RunKey): void {
  const keys = session.unsettled.get(scope);
  if (keys === undefined) session.unsettled.set(scope, [key]);
  else keys.push(key);
}
