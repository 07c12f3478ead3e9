import { intOrNull, toBlob } from "../../../../ledger/index/codec.ts";
import type { ScopeState } from "../../../index/lookup-cache.ts";
import type { RunKey } from "../../../index/session.ts";
import type { ReviewQueries, RunRow } from "../../model/queries.ts";
import { compareRuns } from "../../model/run.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import { boundsOf, type QueryContext, scopesOf } from "./context.ts";
import { addCoins, newestFirst, type RowBeforeCoins, readRow, rowColumns } from "./run-rows.ts";

const noFact = new Uint8Array(0);

const page = forBothKinds(`
  SELECT ${rowColumns}, project_scope FROM runs
  WHERE $scope = ? AND hidden_by IS NULL AND at >= ? AND (at, fact) < (?, ?) ORDER BY at DESC, fact DESC LIMIT ?`);

type Page = Readonly<{ from: number; to: number; before: RunKey | undefined; limit: number }>;

/** Reads the latest runs of one scope before a place, latest first. */
export function newestRuns(
  context: QueryContext,
  scope: ScopeState,
  { from, to, before, limit }: Page,
): readonly RowBeforeCoins[] {
  const { db, memory } = context;
  const end = before !== undefined && before.at < to ? [before.at, toBlob(before.factId)] : [to, noFact];
  return db.all(page[kindOf(scope)], [scope.id, from, ...end, limit], (row) => {
    const project = intOrNull(row, 19);
    return readRow(context, row, {
      agent: scope.agent,
      project: project === null ? null : (memory.scopes.get(project)?.project ?? null),
    });
  });
}

/** Runs, oldest first. Reads at most `limit` runs per scope, and no scope whose latest run is older than `limit` others. */
export const history =
  (context: QueryContext): ReviewQueries["history"] =>
  ({ limit, before, ...scope }) => {
    const bounds = { ...boundsOf(scope), before, limit: limit ?? -1 };
    let runs: readonly RunRow[] = [];
    const scopes = scopesOf(context, scope).toSorted((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0));
    for (const one of scopes) {
      const oldest = limit === undefined ? undefined : runs[limit - 1];
      if (oldest !== undefined && (one.last?.at ?? 0) < oldest.at) break;
      const more = addCoins(context, one, newestRuns(context, one, bounds));
      runs = runs.length === 0 ? more : [...runs, ...more].sort(newestFirst);
      if (limit !== undefined) runs = runs.slice(0, limit);
    }
    return runs.toSorted(compareRuns);
  };
