import { int, name, nameOrNull, uuid } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import { maxTime } from "../../../ledger/index/days.ts";
import type { CostRunRow, CostSumRow, EvalQueries } from "../model/queries.ts";
import { inScope, scopeParams } from "./scope-sql.ts";

/*
 * Sums use total() because sum() fails beyond 64 bits, and files may state counts with such sums. Below 2^53, where realistic
 * amounts are, both are exact.
 */

const dearestModel = `SELECT c.model FROM eval_costs c WHERE c.run = r.id GROUP BY c.model
  ORDER BY total(c.cost) DESC, total(c.input + 0.0 + c.output + c.cache_read + c.cache_creation) DESC, c.model LIMIT 1`;

const runsSql = `
  SELECT r.fact, r.at, r.tier, r.branch, r.version, r.label, r.passed, r.total, r.cost,
    count(e.run), count(e.run) - total(e.priced), total(e.cost), (${dearestModel}),
    total(e.input), total(e.output), total(e.cache_read), total(e.cache_creation), r.partial
  FROM eval_runs r LEFT JOIN eval_costs e ON e.run = r.id
  WHERE ${inScope} GROUP BY r.id ORDER BY r.at, r.fact`;

export const costRuns =
  (db: Connection): EvalQueries["costRuns"] =>
  (scope) =>
    db.all(
      runsSql,
      scopeParams(scope),
      (row): CostRunRow => ({
        id: uuid(row, 0),
        at: int(row, 1),
        tier: name(row, 2),
        branch: name(row, 3),
        version: name(row, 4),
        label: nameOrNull(row, 5),
        passed: int(row, 6),
        total: int(row, 7),
        statedMicros: int(row, 8),
        entries: int(row, 9),
        unpricedEntries: int(row, 10),
        billedMicros: int(row, 11),
        model: nameOrNull(row, 12),
        tokens: { input: int(row, 13), output: int(row, 14), cacheRead: int(row, 15), cacheCreation: int(row, 16) },
        partial: int(row, 17) === 1,
      }),
    );

// The slices are the outer loop, so that each is one range of the index by time.
const sumsSql = `
  WITH slices AS MATERIALIZED (
    SELECT key AS slice, value AS first, lead(value, 1, ${maxTime}) OVER (ORDER BY key) AS next FROM json_each(?6)
  )
  SELECT s.slice, c.model, count(DISTINCT c.run), count(*), total(c.exact), total(c.priced), total(c.calls),
    total(CASE c.priced WHEN 0 THEN c.calls END), total(c.input), total(c.output), total(c.cache_read), total(c.cache_creation),
    total(CASE c.exact WHEN 1 THEN c.cost END), total(CASE c.exact WHEN 0 THEN c.cost END)
  FROM slices s CROSS JOIN eval_runs r ON r.at >= s.first AND r.at < s.next JOIN eval_costs c ON c.run = r.id
  WHERE ${inScope} GROUP BY s.slice, c.model ORDER BY s.slice, c.model`;

export const costSums =
  (db: Connection): EvalQueries["costSums"] =>
  ({ starts, ...scope }) =>
    db.all(
      sumsSql,
      [...scopeParams(scope), JSON.stringify(starts)],
      (row): CostSumRow => ({
        slice: int(row, 0),
        model: name(row, 1),
        runs: int(row, 2),
        entries: int(row, 3),
        exactEntries: int(row, 4),
        pricedEntries: int(row, 5),
        calls: int(row, 6),
        unpricedCalls: int(row, 7),
        tokens: { input: int(row, 8), output: int(row, 9), cacheRead: int(row, 10), cacheCreation: int(row, 11) },
        exactMicros: int(row, 12),
        estimatedMicros: int(row, 13),
      }),
    );
