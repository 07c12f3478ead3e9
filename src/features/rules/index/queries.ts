import { toText } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import { readPlaces } from "../../../ledger/index/fact-places.ts";
import type { RulesQueries } from "../model/queries.ts";

export const rulesQueries = (db: Connection): RulesQueries => ({
  updates: (project) =>
    readPlaces(db, "rules_updates", "WHERE ?1 IS NULL OR project = ?1", [project === undefined ? null : toText(project)]),
});
