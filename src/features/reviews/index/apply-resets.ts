import { int, intOrNull, name, uuid } from "../../../ledger/index/codec.ts";
import { type Session, scopeOf } from "../../index/session.ts";
import { forBothKinds, kindOf } from "./columns.ts";
import { hiddenByLookup } from "./hiding-resets.ts";
import { refoldScope } from "./refold-streaks.ts";
import { updateRow, zeroNumbers } from "./run-rows.ts";

const sumDays = forBothKinds(`
  INSERT INTO scope_days (scope, day, runs, passes, advisories, fails, coins, bonuses, penalties, scores, findings)
  SELECT $scope, day, count(*), sum(verdict = 0), sum(verdict = 1), sum(verdict = 2), sum(reward + $bonus), sum($bonus > 0),
    sum($bonus < 0), sum(score), sum(findings)
  FROM runs WHERE $scope = ? AND hidden_by IS NULL GROUP BY day`);

const sumRuleDays = forBothKinds(`
  INSERT INTO rule_days (scope, day, rule, errors, warnings, infos, runs, first, last)
  SELECT $scope, day, rule, sum(errors), sum(warnings), sum(infos), count(*), min(at), max(at)
  FROM runs JOIN run_rules ON run = id WHERE $scope = ? AND hidden_by IS NULL GROUP BY day, rule`);

const sumRuleTotals = `
  INSERT INTO rule_totals (scope, rule, errors, warnings, infos, runs, first, last)
  SELECT scope, rule, sum(errors), sum(warnings), sum(infos), sum(runs), min(first), max(last)
  FROM rule_days WHERE scope = ? GROUP BY rule`;

/** Recomputes the day sums and rule totals of a scope from its runs. No sums of the scope may be waiting to be flushed. */
export function sumScope(session: Session, id: number): void {
  const { db } = session;
  const kind = kindOf(scopeOf(session, id));
  for (const table of ["scope_days", "rule_days", "rule_totals"] as const) db.run(`DELETE FROM ${table} WHERE scope = ?`, [id]);
  db.run(sumDays[kind], [id]);
  db.run(sumRuleDays[kind], [id]);
  db.run(sumRuleTotals, [id]);
}

/** Updates whether each run of an agent counts and what hides it. Runs that do not count have neither streak nor bonus. */
function hideRuns(session: Session, agent: string, scope: number): boolean {
  const { db, memory } = session;
  const runs = db.all(
    "SELECT id, settled, device, seq, hidden_by, project_scope, run_id, fact FROM runs WHERE agent_scope = ?",
    [scope],
    (row) => ({
      id: int(row, 0),
      agent,
      factId: uuid(row, 7),
      recording: { at: new Date(int(row, 1)).toISOString(), device: memory.deviceName(int(row, 2)), seq: int(row, 3) },
      before: intOrNull(row, 4),
      key: JSON.stringify([intOrNull(row, 5), name(row, 6)]),
    }),
  );
  const groups = new Map<string, (typeof runs)[number][]>();
  for (const run of runs) {
    const group = groups.get(run.key);
    if (group === undefined) groups.set(run.key, [run]);
    else group.push(run);
  }
  const changes = [...groups.values()].flatMap((recordings) => {
    const hiddenByFor = hiddenByLookup(memory, recordings);
    return recordings.map((run) => ({ ...run, after: hiddenByFor(run) })).filter(({ before, after }) => before !== after);
  });
  for (const { id, after } of changes) updateRow(db, id, { hiddenBy: after, ...zeroNumbers });
  return changes.some(({ before, after }) => before === null || after === null);
}

/**
 * Hides and restores runs according to the resets in force, and refolds everything that depends on them or on runs whose place in
 * time changed. No sums may be waiting to be flushed. Costs a pass over the runs of the agents.
 */
export function refoldHiddenRuns(session: Session): void {
  const { memory, exposed, replaced, unsettled } = session;
  for (const agent of new Set([...exposed, ...replaced])) {
    const agentScope = memory.findScope(agent, null);
    if (agentScope === undefined || !(hideRuns(session, agent, agentScope.id) || replaced.has(agent))) continue;
    for (const scope of [...memory.scopes.values()].filter((one) => one.agent === agent)) {
      refoldScope(session, scope.id);
      sumScope(session, scope.id);
      unsettled.delete(scope.id);
      session.bestLost.delete(scope.id);
    }
  }
  exposed.clear();
  replaced.clear();
}
