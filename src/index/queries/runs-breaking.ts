import type { ReviewQueries, RunRow } from "../../domain/review/queries.ts";
import { int, intOrNull } from "../codec.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import { farDay } from "../days.ts";
import type { ScopeState } from "../memory.ts";
import { boundsOf, type QueryContext, scopesOf } from "./context.ts";
import { coinsAfter, newestFirst, readRow, rowColumns, withCoins } from "./run-rows.ts";

const daysWith = "SELECT day, runs FROM rule_days WHERE scope = ? AND rule = ? AND day >= ? AND day <= ? ORDER BY day DESC";

const onDay = forBothKinds(`
  SELECT ${rowColumns}, project_scope FROM runs JOIN run_rules ON run = id AND rule = ?
  WHERE $scope = ? AND hidden_by IS NULL AND at >= ? AND at < ? ORDER BY at DESC, fact DESC LIMIT ?`);

/** Runs of one scope, newest first: goes back over the days on which the rule was broken until there are enough. */
function inScope(context: QueryContext, scope: ScopeState, rule: number, bounds: Bounds): readonly RunRow[] {
  const { db, days, memory } = context;
  const firstDay = days.of(bounds.from) ?? -farDay;
  const lastDay = days.of(bounds.to) ?? farDay;
  const found: RunRow[] = [];
  for (const day of db.all(daysWith, [scope.id, rule, firstDay, lastDay], (row) => int(row, 0))) {
    if (found.length >= bounds.limit) break;
    const from = Math.max(bounds.from, days.start(day));
    const to = Math.min(bounds.to, days.start(day + 1));
    const runs = db.all(onDay[kindOf(scope)], [rule, scope.id, from, to, bounds.limit - found.length], (row) => {
      const project = intOrNull(row, 17);
      return readRow(context, row, {
        agent: scope.agent,
        project: project === null ? null : (memory.scopes.get(project)?.project ?? null),
      });
    });
    found.push(...runs.map((run) => withCoins(run, coinsAfter(context, scope, run))));
  }
  return found;
}

type Bounds = Readonly<{ from: number; to: number; limit: number }>;

/** Runs that broke a rule, newest first. */
export const runsBreaking =
  (context: QueryContext): ReviewQueries["runsBreaking"] =>
  (rule, { limit, ...question }) => {
    const id = context.memory.findRule(rule);
    if (id === undefined) return [];
    const bounds = { ...boundsOf(question), limit };
    return scopesOf(context, question)
      .flatMap((scope) => inScope(context, scope, id, bounds))
      .sort(newestFirst)
      .slice(0, limit);
  };
