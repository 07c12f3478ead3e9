import type { ReviewQueries } from "../../domain/review/queries.ts";
import { int } from "../codec.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import type { ScopeState } from "../memory.ts";
import { type QueryContext, scopesOf } from "./context.ts";

const lastTwo = forBothKinds(`
  SELECT at, $streak FROM runs WHERE $scope = ? AND hidden_by IS NULL AND at < ? ORDER BY at DESC LIMIT 2`);
const last = forBothKinds(`
  SELECT at, $streak FROM runs WHERE $scope = ? AND hidden_by IS NULL AND at < ? ORDER BY at DESC, fact DESC LIMIT 1`);

/** A look along an index; only runs of the same millisecond have to be sorted to tell which is the last. */
function streakBefore({ db }: QueryContext, scope: ScopeState, instant: number): number {
  const [newest, other] = db.all(lastTwo[kindOf(scope)], [scope.id, instant], (row) => ({
    at: int(row, 0),
    streak: int(row, 1),
  }));
  if (newest === undefined) return 0;
  if (newest.at !== other?.at) return newest.streak;
  return int(db.get(last[kindOf(scope)], [scope.id, instant]) ?? [], 1);
}

export const streaksBefore =
  (context: QueryContext): ReviewQueries["streaksBefore"] =>
  (agent, project, instants) => {
    const [scope] = scopesOf(context, { agent, project });
    return instants.map((instant) => {
      const streak = scope === undefined ? 0 : streakBefore(context, scope, instant);
      return { pass: Math.max(streak, 0), block: Math.max(-streak, 0) };
    });
  };
