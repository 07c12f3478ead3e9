import { int, intOrNull } from "../../../../ledger/index/codec.ts";
import { maxDay } from "../../../../ledger/index/days.ts";
import type { ScopeState } from "../../../index/lookup-cache.ts";
import type { ReviewQueries } from "../../model/queries.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import { boundsOf, type QueryContext, scopesOf } from "./context.ts";
import { coinsAfterEach, newestFirst, readRow, rowColumns, withCoins } from "./run-rows.ts";

type Bounds = Readonly<{ from: number; to: number; limit: number }>;
type ScopeDay = Readonly<{ scope: ScopeState; day: number }>;

const daysWith = "SELECT day FROM rule_days WHERE scope = ? AND rule = ? AND day >= ? AND day <= ?";

const onDay = forBothKinds(`
  SELECT ${rowColumns}, project_scope FROM runs JOIN run_rules ON run = id AND rule = ?
  WHERE $scope = ? AND hidden_by IS NULL AND at >= ? AND at < ? ORDER BY at DESC, fact DESC LIMIT ?`);

/** Reads the runs of one scope and day that broke the rule, latest first. */
function runsOnDay(context: QueryContext, { scope, day }: ScopeDay, rule: number, bounds: Bounds) {
  const { db, days, memory } = context;
  const from = Math.max(bounds.from, days.start(day));
  const to = Math.min(bounds.to, days.start(day + 1));
  return db.all(onDay[kindOf(scope)], [rule, scope.id, from, to, bounds.limit], (row) => {
    const project = intOrNull(row, 19);
    const names = {
      agent: scope.agent,
      project: project === null ? null : (memory.scopes.get(project)?.project ?? null),
    };
    return { scope, run: readRow(context, row, names) };
  });
}

/** Runs that broke a rule, latest first: goes back over the days on which it was broken until there are enough. */
export const runsBreaking =
  (context: QueryContext): ReviewQueries["runsBreaking"] =>
  (name, { limit, ...query }) => {
    const { db, days, memory } = context;
    const rule = memory.findRule(name);
    if (rule === undefined) return [];
    const bounds: Bounds = { ...boundsOf(query), limit };
    const firstDay = days.of(bounds.from) ?? -maxDay;
    const lastDay = days.of(bounds.to) ?? maxDay;
    const scopeDays = scopesOf(context, query)
      .flatMap((scope) => db.all(daysWith, [scope.id, rule, firstDay, lastDay], (row): ScopeDay => ({ scope, day: int(row, 0) })))
      .sort((a, b) => b.day - a.day);

    const found: ReturnType<typeof runsOnDay> = [];
    let reachedDay: number | undefined;
    for (const scopeDay of scopeDays) {
      if (found.length >= limit && scopeDay.day !== reachedDay) break;
      found.push(...runsOnDay(context, scopeDay, rule, bounds));
      reachedDay = scopeDay.day;
    }

    const newest = found.sort((a, b) => newestFirst(a.run, b.run)).slice(0, limit);
    const coinsAfter = new Map(
      [...new Set(newest.map(({ scope }) => scope))].map((scope) => [scope, coinsAfterEach(context, scope)]),
    );
    return newest.map(({ scope, run }) => withCoins(run, coinsAfter.get(scope)?.(run) ?? 0));
  };
