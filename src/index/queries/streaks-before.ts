import type { ReviewQueries } from "../../domain/review/queries.ts";
import { int } from "../codec.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import { type QueryContext, scopesOf } from "./context.ts";

const lastBefore = forBothKinds(`
  SELECT $streak FROM runs WHERE $scope = ? AND hidden_by IS NULL AND at < ? ORDER BY at DESC, fact DESC LIMIT 1`);

/** One look along an index for each instant. */
export const streaksBefore =
  (context: QueryContext): ReviewQueries["streaksBefore"] =>
  (agent, project, instants) => {
    const [scope] = scopesOf(context, { agent, project });
    return instants.map((instant) => {
      const row = scope === undefined ? undefined : context.db.get(lastBefore[kindOf(scope)], [scope.id, instant]);
      const streak = row === undefined ? 0 : int(row, 0);
      return { pass: Math.max(streak, 0), block: Math.max(-streak, 0) };
    });
  };
