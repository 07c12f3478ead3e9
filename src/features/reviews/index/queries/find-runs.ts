import { compareRecording } from "../../../../kernel/fact.ts";
import { int, intOrNull, name, type Row, runKey, toBlob } from "../../../../ledger/index/codec.ts";
import type { ScopeState } from "../../../index/lookup-cache.ts";
import type { OverruledRun, ReviewQueries, RunRow } from "../../model/queries.ts";
import { personOf } from "../../model/resets-in-force.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import { findRuns, isWithdrawn, repeated, withdrawn } from "../run-rows.ts";
import { type QueryContext, scopesOf } from "./context.ts";
import { coinsAfter, newestFirst, type RowBeforeCoins, readRow, rowColumns, withCoins } from "./run-rows.ts";

const columns = `${forBothKinds(rowColumns).agent}, project_scope, agent_scope, hidden_by`;
const byKey = `SELECT ${columns} FROM runs WHERE run_key = ?`;
const byFact = `SELECT ${columns} FROM runs WHERE fact = ?`;

/** Returns the scope of a row's agent, and the row without coins. */
function readScoped(context: QueryContext, row: Row): Readonly<{ scope: ScopeState; found: RowBeforeCoins }> {
  const { memory } = context;
  const scope = memory.scopes.get(int(row, 20));
  if (scope === undefined) throw new TypeError(`the index has no scope ${int(row, 20)}`);
  const project = intOrNull(row, 19);
  const names = { agent: scope.agent, project: project === null ? null : (memory.scopes.get(project)?.project ?? null) };
  return { scope, found: readRow(context, row, names) };
}

/** Returns a run in the scope of its agent. A hidden run has no coins and no streak. */
function readFound(context: QueryContext, row: Row): RunRow & Readonly<{ hidden: boolean }> {
  const { scope, found } = readScoped(context, row);
  if (intOrNull(row, 21) === null) return { ...withCoins(found, coinsAfter(context, scope, found)), hidden: false };
  return { ...withCoins({ ...found, coinDeltaTenths: 0 }, 0), hidden: true };
}

const withoutHidden = ({ hidden: _, ...row }: RunRow & Readonly<{ hidden: boolean }>): RunRow => row;

export const runsById =
  (context: QueryContext): ReviewQueries["runsById"] =>
  ({ runId, agent, project }) =>
    context.db
      .all(byKey, [runKey(runId)], (row) => row)
      .filter((row) => name(row, 1) === runId)
      .map((row) => readFound(context, row))
      .filter((run) => !run.hidden && (agent ?? run.agent) === run.agent && (project ?? run.project) === run.project)
      .map(withoutHidden)
      .sort(newestFirst);

export const runByFact =
  (context: QueryContext): ReviewQueries["runByFact"] =>
  (factId) => {
    const row = context.db.get(byFact, [toBlob(factId)]);
    return row === undefined ? undefined : withoutHidden(readFound(context, row));
  };

export const isTakenBack =
  ({ db }: QueryContext): ReviewQueries["isTakenBack"] =>
  (factId) =>
    db.get("SELECT 1 FROM runs WHERE fact = ? AND hidden_by = ?", [toBlob(factId), withdrawn]) !== undefined;

const repeats = `SELECT ${columns} FROM runs WHERE hidden_by = ${repeated} ORDER BY at DESC, fact DESC`;

export const overruledRuns =
  (context: QueryContext): ReviewQueries["overruledRuns"] =>
  () => {
    const { db, memory } = context;
    const person = ({ place }: RunRow): string => personOf(memory.team(), place.device);
    const found: OverruledRun[] = [];
    for (const row of db.all(repeats, [], (one) => one)) {
      const run = withoutHidden(readFound(context, row));
      const recorded = findRuns(db, memory, run);
      const counts = recorded.find(({ hiddenBy }) => hiddenBy === null);
      const own = recorded
        .filter((one) => personOf(memory.team(), one.recording.device) === person(run) && !isWithdrawn(one))
        .sort((a, b) => compareRecording(a.recording, b.recording));
      // Another recording represents the same person, or nothing counts in place of this one.
      if (counts === undefined || own[0]?.factId !== run.factId) continue;
      const other = db.get(byFact, [toBlob(counts.factId)]);
      if (other !== undefined) found.push({ run, counts: withoutHidden(readFound(context, other)) });
    }
    return found;
  };

/** The latest ?2 runs of a scope are those at least as late as the ?2-th latest; all runs if there are fewer. */
const ahead = forBothKinds(`
  SELECT ${columns} FROM runs
  WHERE stated > at AND hidden_by IS NULL AND $scope = ?1
    AND at >= coalesce((SELECT at FROM runs WHERE $scope = ?1 AND hidden_by IS NULL ORDER BY at DESC LIMIT 1 OFFSET ?2 - 1), -9e15)
  ORDER BY at DESC, fact DESC`);

export const runsAhead =
  (context: QueryContext): ReviewQueries["runsAhead"] =>
  ({ lastRuns, ...query }) =>
    scopesOf(context, query)
      .flatMap((scope) => context.db.all(ahead[kindOf(scope)], [scope.id, lastRuns], (row) => readScoped(context, row).found))
      .map(({ factId, runId, agent, project, at, stated }) => ({ factId, runId, agent, project, at, stated }))
      .sort(newestFirst);

export const latestRecording =
  ({ db }: QueryContext): ReviewQueries["latestRecording"] =>
  () => {
    const row = db.get("SELECT max(latest) FROM devices WHERE facts > 0");
    return row === undefined || row[0] === null ? null : int(row, 0);
  };
