import * as z from "zod";
import type { StoreProblem } from "../../ports/fact-log.ts";
import { intOrNull, name, nameOrNull, toText } from "./codec.ts";
import type { Connection } from "./connection.ts";

/** Maximum number of problems stored per device: the first ones show what happened. */
const maxProblems = 1000;

const kinds = z.enum(["torn", "damaged", "gap", "chain", "fork", "refused", "total"]);

/** Stores a problem, unless it is stored already or its device has reached the limit. */
export function addProblem(db: Connection, problem: StoreProblem): void {
  const { kind, device, segment, offset, seq, message } = problem;
  db.run(
    `INSERT INTO problems (kind, device, segment, offset, seq, message)
     SELECT ?1, ?2, ?3, ?4, ?5, ?6
     WHERE (SELECT count(*) FROM problems WHERE device IS ?2) < ${maxProblems} AND NOT EXISTS (
       SELECT 1 FROM problems WHERE kind = ?1 AND device IS ?2 AND segment IS ?3 AND offset IS ?4 AND seq IS ?5)`,
    [kind, device === null ? null : toText(device), segment, offset, seq, toText(message)],
  );
}

export const readProblems = (db: Connection): readonly StoreProblem[] =>
  db.all("SELECT kind, device, segment, offset, seq, message FROM problems ORDER BY id", [], (row) => ({
    kind: kinds.parse(row[0]),
    device: nameOrNull(row, 1),
    segment: intOrNull(row, 2),
    offset: intOrNull(row, 3),
    seq: intOrNull(row, 4),
    message: name(row, 5),
  }));
