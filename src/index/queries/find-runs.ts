import type { ReviewQueries, RunRow } from "../../domain/review/queries.ts";
import { int, intOrNull, name, type Row, runKey, toBlob } from "../codec.ts";
import { forBothKinds } from "../columns.ts";
import type { QueryContext } from "./context.ts";
import { coinsAfter, newestFirst, readRow, rowColumns, withCoins } from "./run-rows.ts";

const columns = `${forBothKinds(rowColumns).agent}, project_scope, agent_scope, hidden_by`;
const byKey = `SELECT ${columns} FROM runs WHERE run_key = ?`;
const byFact = `SELECT ${columns} FROM runs WHERE fact = ?`;

/** A run in the scope of its agent. A hidden one counts for nothing: no coins, no streak. */
function readFound(context: QueryContext, row: Row): RunRow & Readonly<{ hidden: boolean }> {
  const { memory } = context;
  const scope = memory.scopes.get(int(row, 19));
  if (scope === undefined) throw new TypeError(`the index has no scope ${int(row, 19)}`);
  const project = intOrNull(row, 18);
  const found = readRow(context, row, {
    agent: scope.agent,
    project: project === null ? null : (memory.scopes.get(project)?.project ?? null),
  });
  if (intOrNull(row, 20) === null) return { ...withCoins(found, coinsAfter(context, scope, found)), hidden: false };
  return { ...withCoins({ ...found, coinDeltaTenths: 0 }, 0), hidden: true };
}

const withoutHidden = ({ hidden: _, ...row }: RunRow & Readonly<{ hidden: boolean }>): RunRow => row;

export const runsById =
  (context: QueryContext): ReviewQueries["runsById"] =>
  (runId, agent) =>
    context.db
      .all(byKey, [runKey(runId)], (row) => row)
      .filter((row) => name(row, 1) === runId)
      .map((row) => readFound(context, row))
      .filter((run) => !run.hidden && (agent === undefined || run.agent === agent))
      .map(withoutHidden)
      .sort(newestFirst);

export const runByFact =
  (context: QueryContext): ReviewQueries["runByFact"] =>
  (factId) => {
    const row = context.db.get(byFact, [toBlob(factId)]);
    return row === undefined ? undefined : withoutHidden(readFound(context, row));
  };
