import { int, toText } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import { readPlaces } from "../../../ledger/index/fact-places.ts";
import type { GateQueries } from "../model/queries.ts";

const newest = "WHERE ?1 IS NULL OR project = ?1 ORDER BY at DESC, fact DESC LIMIT ?2";
const byId = "WHERE substr(fact, 1, length(?1)) = ?1 ORDER BY fact LIMIT 2";
const results = `
  SELECT count(*), count(*) FILTER (WHERE verdict = 'pass'), count(*) FILTER (WHERE verdict = 'block')
  FROM gate_runs WHERE agent = ?`;

export const gateQueries = (db: Connection): GateQueries => ({
  newest: (project, limit) => readPlaces(db, "gate_runs", newest, [project === undefined ? null : toText(project), limit]),
  byId: (prefix) => readPlaces(db, "gate_runs", byId, [toText(prefix)]),
  results(agent) {
    const row = db.get(results, [toText(agent)]) ?? [];
    return { runs: int(row, 0), passed: int(row, 1), blocked: int(row, 2) };
  },
});
