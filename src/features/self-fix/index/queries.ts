import type { FactPlace } from "../../../kernel/fact.ts";
import { int, name, toText } from "../../../ledger/index/codec.ts";
import type { Connection, Params } from "../../../ledger/index/connection.ts";
import type { SelfFixQueries } from "../model/queries.ts";

const columns = "SELECT device, segment, offset, length FROM self_fix_steps";
const ofSql = `${columns} WHERE feedback = ?`;
const newestSql = `${columns} WHERE feedback IN (
  SELECT feedback FROM self_fix_steps WHERE ?1 IS NULL OR project = ?1 GROUP BY feedback ORDER BY max(at) DESC, feedback DESC LIMIT ?2
)`;

export function selfFixQueries(db: Connection): SelfFixQueries {
  const placesOf = (sql: string, values: Params): readonly FactPlace[] =>
    db.all(sql, values, (row) => ({ device: name(row, 0), segment: int(row, 1), offset: int(row, 2), length: int(row, 3) }));
  return {
    of: (feedback) => placesOf(ofSql, [toText(feedback)]),
    newest: (project, limit) => placesOf(newestSql, [project === undefined ? null : toText(project), limit]),
  };
}
