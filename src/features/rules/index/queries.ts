import { int, name, toText } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { RulesQueries } from "../model/queries.ts";

const placesSql = "SELECT device, segment, offset, length FROM rules_updates";

export const rulesQueries = (db: Connection): RulesQueries => ({
  updates: (project) =>
    db.all(
      project === undefined ? placesSql : `${placesSql} WHERE project = ?`,
      project === undefined ? [] : [toText(project)],
      (row) => ({
        device: name(row, 0),
        segment: int(row, 1),
        offset: int(row, 2),
        length: int(row, 3),
      }),
    ),
});
