import type { FactPlace } from "../domain/fact.ts";
import { compareRecording } from "../domain/fact.ts";
import { hidingReset } from "../domain/review/hidden.ts";
import { compareRuns, type ReviewRun } from "../domain/review/run.ts";
import { modeCode, toBlob, verdictCode } from "./codec.ts";
import { type RuleShare, shiftDay, shiftRule } from "./deltas.ts";
import { deleteRow, findRun, hasFact, insertRow, rulesOfRun, type StoredRun } from "./run-rows.ts";
import { type Session, scopeOf, setScope, unsettle } from "./session.ts";
import { nextStreak } from "./streak.ts";

type Earned = ReturnType<typeof nextStreak>;

const nothing: Earned = { streak: 0, bonusTenths: 0 };

/**
 * A visible run enters a scope. Behind the newest run the fold takes one step; elsewhere the run waits, without streak and bonus,
 * until the step's end folds from its place on.
 */
function enter(session: Session, id: number, run: ReviewRun, day: number, rules: readonly RuleShare[]): Earned {
  const scope = scopeOf(session, id);
  const isNewest = !session.unsettled.has(id) && (scope.last === null || compareRuns(scope.last, run) < 0);
  const { streak, bonusTenths } = isNewest ? nextStreak(scope.streak, run) : nothing;
  const counted = { ...scope, runs: scope.runs + 1, coins: scope.coins + run.rewardDelta + bonusTenths };
  if (isNewest) {
    const last = { at: run.at, factId: run.factId, verdict: run.verdict, rewardDelta: run.rewardDelta };
    setScope(session, { ...counted, streak, best: Math.max(scope.best, streak), last });
  } else {
    setScope(session, counted);
    unsettle(session, id, run);
  }
  shiftDay(session.deltas, id, day, { ...run, bonusTenths }, 1);
  for (const rule of rules) shiftRule(session.deltas, id, day, run.at, rule, 1);
  return { streak, bonusTenths };
}

function leave(
  session: Session,
  id: number,
  run: StoredRun,
  streak: number,
  bonusTenths: number,
  rules: readonly RuleShare[],
): void {
  const scope = scopeOf(session, id);
  setScope(session, { ...scope, runs: scope.runs - 1, coins: scope.coins - run.rewardDelta - bonusTenths });
  if (streak >= scope.best) session.bestLost.add(id);
  unsettle(session, id, run);
  shiftDay(session.deltas, id, run.day, { ...run, bonusTenths }, -1);
  for (const rule of rules) shiftRule(session.deltas, id, run.day, run.at, rule, -1);
}

function remove(session: Session, run: StoredRun): void {
  if (run.hiddenBy === null) {
    const rules = rulesOfRun(session.db, run.id);
    leave(session, run.agentScope, run, run.agentStreak, run.agentBonus, rules);
    if (run.projectScope !== null) leave(session, run.projectScope, run, run.projectStreak, run.projectBonus, rules);
  }
  deleteRow(session.db, run.id);
}

/**
 * Applies a recorded review. Of several with the same agent and run id the one recorded first counts, whichever arrives first.
 * @returns why it cannot be applied, if so
 */
export function applyRun(session: Session, run: ReviewRun, place: FactPlace): string | undefined {
  const { db, memory } = session;
  const day = session.days.of(run.at);
  if (day === undefined) return "its time lies outside the years that can be shown";
  const existing = findRun(db, memory, run.agent, run.runId);
  if (existing !== undefined && compareRecording(existing.recording, run.recording) <= 0) return undefined;
  const fact = toBlob(run.factId);
  if (existing?.factId !== run.factId && hasFact(db, fact)) return "another run has the same fact id";
  if (existing !== undefined) remove(session, existing);

  const agentScope = memory.scopeId(run.agent, null);
  const projectScope = run.project === null ? null : memory.scopeId(run.agent, run.project);
  const rules = run.rules.map(({ rule, error, warning, info }) => ({
    rule: memory.ruleId(rule),
    errors: error,
    warnings: warning,
    infos: info,
  }));
  const reset = hidingReset(run, memory.inForce());
  const inAgent = reset === undefined ? enter(session, agentScope, run, day, rules) : nothing;
  const inProject = reset === undefined && projectScope !== null ? enter(session, projectScope, run, day, rules) : nothing;
  insertRow(db, {
    fact,
    agentScope,
    projectScope,
    runId: run.runId,
    at: run.at,
    day,
    score: run.score,
    rewardDelta: run.rewardDelta,
    verdict: verdictCode(run.verdict),
    mode: modeCode(run.mode),
    findings: run.findings,
    blocking: run.blocking,
    issue: run.issueNumber,
    agentStreak: inAgent.streak,
    agentBonus: inAgent.bonusTenths,
    projectStreak: inProject.streak,
    projectBonus: inProject.bonusTenths,
    hiddenBy: reset?.id ?? null,
    recorded: Date.parse(run.recording.at),
    device: memory.device(run.recording.device).id,
    seq: run.recording.seq,
    place,
    disputed: run.disputed,
    rules,
  });
  return undefined;
}
