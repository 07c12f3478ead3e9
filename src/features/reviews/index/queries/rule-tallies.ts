import { int, type Row, uuid } from "../../../../ledger/index/codec.ts";
import { splitAtMidnights } from "../../../../ledger/index/days.ts";
import type { ScopeState } from "../../../index/lookup-cache.ts";
import { sortTallies } from "../../model/fold.ts";
import type { ReviewQueries, RuleTally, RunScope } from "../../model/queries.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import { boundsOf, type QueryContext, scopesOf } from "./context.ts";
import { newestFirst } from "./run-rows.ts";

type Sum = { errors: number; warnings: number; infos: number; runs: number; first: number; last: number };
type Sums = Map<number, Sum>;

const fromTotals = "SELECT rule, errors, warnings, infos, runs, first, last FROM rule_totals WHERE scope = ?";
const fromDays = `
  SELECT rule, sum(errors), sum(warnings), sum(infos), sum(runs), min(first), max(last)
  FROM rule_days WHERE scope = ? AND day >= ? AND day <= ? GROUP BY rule`;
const fromRuns = forBothKinds(`
  SELECT rule, sum(errors), sum(warnings), sum(infos), count(*), min(at), max(at)
  FROM runs JOIN run_rules ON run = id
  WHERE $scope = ? AND hidden_by IS NULL AND at >= ? AND at < ? GROUP BY rule`);
const newest = forBothKinds(`
  SELECT id, at, fact FROM runs
  WHERE $scope = ? AND hidden_by IS NULL AND at >= ? AND at < ? ORDER BY at DESC, fact DESC LIMIT ?`);
const fromOneRun = "SELECT rule, errors, warnings, infos, 1, ?2, ?2 FROM run_rules WHERE run = ?1";

function add(sums: Sums, row: Row): void {
  const rule = int(row, 0);
  const sum = sums.get(rule);
  const [errors, warnings, infos, runs, first, last] = [
    int(row, 1),
    int(row, 2),
    int(row, 3),
    int(row, 4),
    int(row, 5),
    int(row, 6),
  ];
  if (sum === undefined) {
    sums.set(rule, { errors, warnings, infos, runs, first, last });
    return;
  }
  sum.errors += errors;
  sum.warnings += warnings;
  sum.infos += infos;
  sum.runs += runs;
  sum.first = Math.min(sum.first, first);
  sum.last = Math.max(sum.last, last);
}

/** Adds the sums of a period: whole days from day sums, partial days at its ends from runs. */
function addPeriod({ db, days }: QueryContext, scope: ScopeState, period: Pick<RunScope, "from" | "to">, sums: Sums): void {
  if (period.from === undefined && period.to === undefined) {
    db.all(fromTotals, [scope.id], (row) => add(sums, row));
    return;
  }
  const cut = splitAtMidnights(days, period.from, period.to);
  if (cut.days !== undefined) db.all(fromDays, [scope.id, cut.days.first, cut.days.last], (row) => add(sums, row));
  for (const edge of cut.edges) db.all(fromRuns[kindOf(scope)], [scope.id, edge.from, edge.to], (row) => add(sums, row));
}

/** Adds the latest `count` runs of the query, run by run. */
function addNewest(context: QueryContext, query: RunScope, count: number, sums: Sums): void {
  const { db } = context;
  const { from, to } = boundsOf(query);
  const runs = scopesOf(context, query).flatMap((scope) =>
    db.all(newest[kindOf(scope)], [scope.id, from, to, count], (row) => ({
      id: int(row, 0),
      at: int(row, 1),
      factId: uuid(row, 2),
    })),
  );
  for (const { id, at } of runs.sort(newestFirst).slice(0, count)) db.all(fromOneRun, [id, at], (row) => add(sums, row));
}

const toTally = ({ memory }: QueryContext, rule: number, sum: Sum): RuleTally => ({
  rule: memory.ruleName(rule),
  count: sum.errors + sum.warnings + sum.infos,
  runs: sum.runs,
  firstSeen: sum.first,
  lastSeen: sum.last,
  bySeverity: { error: sum.errors, warning: sum.warnings, info: sum.infos },
});

/** By count, descending, then by rule. */
export const ruleTallies =
  (context: QueryContext): ReviewQueries["ruleTallies"] =>
  ({ lastRuns, limit, ...query }) => {
    const sums: Sums = new Map();
    if (lastRuns !== undefined) addNewest(context, query, lastRuns, sums);
    else for (const scope of scopesOf(context, query)) addPeriod(context, scope, query, sums);
    return sortTallies([...sums].map(([rule, sum]) => toTally(context, rule, sum))).slice(0, limit);
  };
