import { int } from "../../../../ledger/index/codec.ts";
import type { ReviewQueries } from "../../model/queries.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import { boundsOf, type QueryContext, scopesOf } from "./context.ts";

const count = forBothKinds("SELECT count(*) FROM runs WHERE $scope = ? AND hidden_by IS NULL AND at >= ? AND at < ?");

/** Counts with a database index; without a period, the scopes already contain the counts. */
export const countRuns =
  (context: QueryContext): ReviewQueries["countRuns"] =>
  (query) => {
    const { from, to } = boundsOf(query);
    const whole = query.from === undefined && query.to === undefined;
    return scopesOf(context, query)
      .map((scope) => (whole ? scope.runs : int(context.db.get(count[kindOf(scope)], [scope.id, from, to]) ?? [], 0)))
      .reduce((sum, runs) => sum + runs, 0);
  };
