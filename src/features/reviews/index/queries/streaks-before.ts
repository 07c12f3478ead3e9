import { int } from "../../../../ledger/index/codec.ts";
import type { ScopeState } from "../../../index/lookup-cache.ts";
import type { ReviewQueries } from "../../model/queries.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import { type QueryContext, scopesOf } from "./context.ts";

/**
 * Finds the latest run before each instant of a JSON list with a database index, and reads only its row. `ties` above 1 means
 * that other runs have the same millisecond: they then have to be sorted to find the last one.
 */
const newest = forBothKinds(`
  WITH found AS (
    SELECT key AS place,
      (SELECT id FROM runs WHERE $scope = ?1 AND hidden_by IS NULL AND at < value ORDER BY at DESC LIMIT 1) AS id
    FROM json_each(?2))
  SELECT place, $streak,
    (SELECT count(*) FROM (SELECT 1 FROM runs WHERE $scope = ?1 AND hidden_by IS NULL AND at = newest.at LIMIT 2)) AS ties
  FROM found JOIN runs newest ON newest.id = found.id`);
const last = forBothKinds(`
  SELECT $streak FROM runs WHERE $scope = ? AND hidden_by IS NULL AND at < ? ORDER BY at DESC, fact DESC LIMIT 1`);

/** @returns the streaks before the instants; 0 if no run is older */
function streaksOf({ db }: QueryContext, scope: ScopeState, instants: readonly number[]): readonly number[] {
  const kind = kindOf(scope);
  const streaks = instants.map(() => 0);
  const tied: number[] = [];
  db.all(newest[kind], [scope.id, JSON.stringify(instants)], (row) => {
    streaks[int(row, 0)] = int(row, 1);
    if (int(row, 2) > 1) tied.push(int(row, 0));
  });
  for (const place of tied) streaks[place] = int(db.get(last[kind], [scope.id, instants[place] ?? 0]) ?? [], 0);
  return streaks;
}

export const streaksBefore =
  (context: QueryContext): ReviewQueries["streaksBefore"] =>
  (agent, project, instants) => {
    const [scope] = scopesOf(context, { agent, project });
    const streaks = scope === undefined ? instants.map(() => 0) : streaksOf(context, scope, instants);
    return streaks.map((streak) => ({ pass: Math.max(streak, 0), block: Math.max(-streak, 0) }));
  };
