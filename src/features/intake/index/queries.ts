import { int, nameOrNull, type Row, uuid } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { LookupCache } from "../../index/lookup-cache.ts";
import { withdrawn } from "../../reviews/index/run-rows.ts";
import type { IntakeQueries, IntakeRow } from "../model/queries.ts";

const reviewsSql = `
  SELECT r.fact, r.batch, s.project, r.recorded, r.hidden_by IS ${withdrawn},
    CASE WHEN r.hidden_by IS NULL THEN r.reward + r.agent_bonus ELSE 0 END
  FROM runs r LEFT JOIN scopes s ON s.id = r.project_scope WHERE r.batch IS NOT NULL`;

const evalsSql = "SELECT fact, batch, project, recorded, counts = -1, 0 FROM eval_recordings WHERE batch IS NOT NULL";

const rowOf =
  (kind: IntakeRow["kind"]) =>
  (row: Row): IntakeRow => ({
    kind,
    factId: uuid(row, 0),
    batch: uuid(row, 1),
    project: nameOrNull(row, 2),
    recorded: int(row, 3),
    takenBack: int(row, 4) === 1,
    coinTenths: int(row, 5),
  });

/** Queries about automatic recordings. */
export const intakeQueries = (db: Connection, memory: LookupCache): IntakeQueries => ({
  recorded: () => [...db.all(reviewsSql, [], rowOf("review")), ...db.all(evalsSql, [], rowOf("eval"))],
  undos: () => memory.intake.inForce().map(({ undo, batch, facts, at }) => ({ undo, batch, facts: facts.length, at })),
});
