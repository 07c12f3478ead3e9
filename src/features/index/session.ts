import type { Connection } from "../../ledger/index/connection.ts";
import type { Days } from "../../ledger/index/days.ts";
import type { RowCounts } from "../agent/index/row-counts.ts";
import type { TestNumbers } from "../evals/index/test-numbers.ts";
import type { Deltas } from "../reviews/index/pending-sums.ts";
import type { Memory, ScopeState } from "./lookup-cache.ts";

/** The place of a run in canonical order. */
export type RunKey = Readonly<{ at: number; factId: string }>;

/** What a step works on. */
export type Session = Readonly<{
  db: Connection;
  days: Days;
  memory: Memory;
  evalTests: TestNumbers;
  rowCounts: RowCounts;
  /** What this step changes, but for the rows of runs, which it writes at once. */
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
