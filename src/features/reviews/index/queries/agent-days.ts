import { compareNames } from "../../../../kernel/compare-names.ts";
import { int, type Row } from "../../../../ledger/index/codec.ts";
import { dayText, splitAtMidnights } from "../../../../ledger/index/days.ts";
import type { AgentDay, ReviewQueries } from "../../model/queries.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import { type QueryContext, scopesOf } from "./context.ts";

const fromDays = `
  SELECT day, runs, passes, advisories, fails, coins, bonuses, penalties, scores, findings
  FROM scope_days WHERE scope = ? AND day >= ? AND day <= ?`;
const fromRuns = forBothKinds(`
  SELECT day, count(*), sum(verdict = 0), sum(verdict = 1), sum(verdict = 2), sum(reward + $bonus), sum($bonus > 0),
    sum($bonus < 0), sum(score), sum(findings)
  FROM runs WHERE $scope = ? AND hidden_by IS NULL AND at >= ? AND at < ? GROUP BY day`);

const readDay = (agent: string, row: Row): AgentDay => ({
  agent,
  day: dayText(int(row, 0)),
  runs: int(row, 1),
  passes: int(row, 2),
  advisories: int(row, 3),
  fails: int(row, 4),
  coinDeltaTenths: int(row, 5),
  bonuses: int(row, 6),
  penalties: int(row, 7),
  scoreSum: int(row, 8),
  findings: int(row, 9),
});

/** Day sums in order of days, then agents. Days that are only partly in the period are summed from their runs. */
export const agentDays =
  (context: QueryContext): ReviewQueries["agentDays"] =>
  (query) => {
    const { db, days } = context;
    const cut = splitAtMidnights(days, query.from, query.to);
    return scopesOf(context, query)
      .flatMap((scope) => [
        ...(cut.days === undefined
          ? []
          : db.all(fromDays, [scope.id, cut.days.first, cut.days.last], (row) => readDay(scope.agent, row))),
        ...cut.edges.flatMap((edge) =>
          db.all(fromRuns[kindOf(scope)], [scope.id, edge.from, edge.to], (row) => readDay(scope.agent, row)),
        ),
      ])
      .sort((a, b) => compareNames(a.day, b.day) || compareNames(a.agent, b.agent));
  };
