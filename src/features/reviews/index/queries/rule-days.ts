import { compareNames } from "../../../../kernel/compare-names.ts";
import { int, type Row } from "../../../../ledger/index/codec.ts";
import { dayText, splitAtMidnights } from "../../../../ledger/index/days.ts";
import type { ReviewQueries, RuleDay } from "../../model/queries.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import { type QueryContext, scopesOf } from "./context.ts";

const fromDays = "SELECT day, rule, errors + warnings + infos FROM rule_days WHERE scope = ? AND day >= ? AND day <= ?";
const fromRuns = forBothKinds(`
  SELECT day, rule, sum(errors + warnings + infos) FROM runs JOIN run_rules ON run = id
  WHERE $scope = ? AND hidden_by IS NULL AND at >= ? AND at < ? GROUP BY day, rule`);

/**
 * Findings per rule and day, in order of days, then rules. Days that are only partly in the period are summed from their runs.
 */
export const ruleDays =
  (context: QueryContext): ReviewQueries["ruleDays"] =>
  ({ rules, ...query }) => {
    const { db, days, memory } = context;
    const ruleIds = rules === undefined ? undefined : new Set(rules.map((rule) => memory.findRule(rule)));
    const counts = new Map<number, Map<number, number>>();
    const add = (row: Row): void => {
      const rule = int(row, 1);
      if (ruleIds !== undefined && !ruleIds.has(rule)) return;
      const day = int(row, 0);
      const dayCounts = counts.get(day) ?? new Map<number, number>();
      counts.set(day, dayCounts);
      dayCounts.set(rule, (dayCounts.get(rule) ?? 0) + int(row, 2));
    };
    const cut = splitAtMidnights(days, query.from, query.to);
    for (const scope of scopesOf(context, query)) {
      if (cut.days !== undefined) db.all(fromDays, [scope.id, cut.days.first, cut.days.last], add);
      for (const edge of cut.edges) db.all(fromRuns[kindOf(scope)], [scope.id, edge.from, edge.to], add);
    }
    return [...counts]
      .sort(([a], [b]) => a - b)
      .flatMap(([day, ofDay]): RuleDay[] => {
        const text = dayText(day);
        return [...ofDay].map(([rule, count]) => ({ rule: memory.ruleName(rule), day: text, count })).sort(byRule);
      });
  };

const byRule = (a: RuleDay, b: RuleDay): number => compareNames(a.rule, b.rule);
