import { toText } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import { readPlaces } from "../../../ledger/index/fact-places.ts";
import type { SelfFixQueries } from "../model/queries.ts";

const newest = `WHERE feedback IN (
  SELECT feedback FROM self_fix_steps WHERE ?1 IS NULL OR project = ?1 GROUP BY feedback ORDER BY max(at) DESC, feedback DESC LIMIT ?2
)`;

export const selfFixQueries = (db: Connection): SelfFixQueries => ({
  of: (feedback) => readPlaces(db, "self_fix_steps", "WHERE feedback = ?", [toText(feedback)]),
  newest: (project, limit) => readPlaces(db, "self_fix_steps", newest, [project === undefined ? null : toText(project), limit]),
});
