import type { FactPlace } from "../../../kernel/fact.ts";
import { int, name, toText } from "../../../ledger/index/codec.ts";
import type { Connection, Params } from "../../../ledger/index/connection.ts";
import type { GateQueries } from "../model/queries.ts";

const newestSql = `SELECT device, segment, offset, length FROM gate_runs WHERE ?1 IS NULL OR project = ?1 ORDER BY at DESC, fact DESC LIMIT ?2`;
const byIdSql =
  "SELECT device, segment, offset, length FROM gate_runs WHERE substr(fact, 1, length(?1)) = ?1 ORDER BY fact LIMIT 2";

export function gateQueries(db: Connection): GateQueries {
  const placesOf = (sql: string, values: Params): readonly FactPlace[] =>
    db.all(sql, values, (row) => ({ device: name(row, 0), segment: int(row, 1), offset: int(row, 2), length: int(row, 3) }));
  return {
    newest: (project, limit) => placesOf(newestSql, [project === undefined ? null : toText(project), limit]),
    byId: (prefix) => placesOf(byIdSql, [toText(prefix)]),
  };
}
