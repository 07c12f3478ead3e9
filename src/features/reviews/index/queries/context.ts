import type { Connection } from "../../../../ledger/index/connection.ts";
import type { Days } from "../../../../ledger/index/days.ts";
import { maxTime } from "../../../../ledger/index/days.ts";
import type { LookupCache, ScopeState } from "../../../index/lookup-cache.ts";
import type { RunScope } from "../../model/queries.ts";

/** The data that queries read. */
export type QueryContext = Readonly<{ db: Connection; days: Days; memory: LookupCache }>;

/**
 * Returns the scopes whose runs together are the runs of a query, each run in exactly one: the scope of one agent, or of every
 * agent, over all projects or in one. Scopes without a visible run are left out.
 */
export function scopesOf(
  { memory }: QueryContext,
  { agent, project }: Pick<RunScope, "agent" | "project">,
): readonly ScopeState[] {
  if (agent !== undefined) {
    const scope = memory.findScope(agent, project ?? null);
    return scope === undefined || scope.runs === 0 ? [] : [scope];
  }
  return [...memory.scopes.values()].filter((scope) => scope.project === (project ?? null) && scope.runs > 0);
}

/** Bounds of a query's period for SQL: from inclusive, to exclusive. */
export const boundsOf = (scope: Pick<RunScope, "from" | "to">): Readonly<{ from: number; to: number }> => ({
  from: scope.from ?? -maxTime,
  to: scope.to ?? maxTime,
});
