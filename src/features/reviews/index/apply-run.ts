import { compareRecording, type FactPlace } from "../../../kernel/fact.ts";
import { modeCode, toBlob, verdictCode } from "../../../ledger/index/codec.ts";
import { markUnsettled, type Session, scopeOf, setScope } from "../../index/session.ts";
import { compareRuns, type ReviewRun } from "../model/run.ts";
import { hiddenByLookup } from "./hiding-resets.ts";
import { type RuleShare, shiftDay, shiftRule } from "./pending-sums.ts";
import {
  deleteRow,
  findRuns,
  hasFact,
  insertRow,
  type RunKeys,
  repeated,
  rulesOfRun,
  type StoredRun,
  updateRow,
  zeroNumbers,
} from "./run-rows.ts";
import { nextStreak } from "./signed-streak.ts";

type EnteringRun = Pick<ReviewRun, "at" | "factId" | "verdict" | "rewardDelta" | "score" | "findings">;
type StreakStep = ReturnType<typeof nextStreak>;

const noStreak: StreakStep = { streak: 0, bonusTenths: 0 };

/**
 * Adds a visible run to a scope. If it is the latest run, the fold advances by one step; otherwise the run waits, without streak
 * and bonus, until the scope is refolded from its place at the end of the step.
 */
function addToScope(session: Session, id: number, run: EnteringRun, day: number, rules: readonly RuleShare[]): StreakStep {
  const scope = scopeOf(session, id);
  const isNewest = !session.unsettled.has(id) && (scope.last === null || compareRuns(scope.last, run) < 0);
  const { streak, bonusTenths } = isNewest ? nextStreak(scope.streak, run) : noStreak;
  const counted = { ...scope, runs: scope.runs + 1, coins: scope.coins + run.rewardDelta + bonusTenths };
  if (isNewest) {
    const last = { at: run.at, factId: run.factId, verdict: run.verdict, rewardDelta: run.rewardDelta };
    setScope(session, { ...counted, streak, best: Math.max(scope.best, streak), last });
  } else {
    setScope(session, counted);
    markUnsettled(session, id, run);
  }
  shiftDay(session.deltas, id, day, { ...run, bonusTenths }, 1);
  for (const rule of rules) shiftRule(session.deltas, id, day, run.at, rule, 1);
  return { streak, bonusTenths };
}

function removeFromScope(
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
  markUnsettled(session, id, run);
  shiftDay(session.deltas, id, run.day, { ...run, bonusTenths }, -1);
  for (const rule of rules) shiftRule(session.deltas, id, run.day, run.at, rule, -1);
}

/** Removes a run that counts from its scopes. */
function removeFromScopes(session: Session, run: StoredRun): void {
  const rules = rulesOfRun(session.db, run.id);
  removeFromScope(session, run.agentScope, run, run.agentStreak, run.agentBonus, rules);
  if (run.projectScope !== null) removeFromScope(session, run.projectScope, run, run.projectStreak, run.projectBonus, rules);
}

function removeRun(session: Session, run: StoredRun): void {
  if (run.hiddenBy === null) removeFromScopes(session, run);
  deleteRow(session.db, run.id);
}

/** Decides again which recording of one run counts, adds it to its scopes and removes from them those that do not count. */
function redecideRun(session: Session, keys: RunKeys): void {
  const { db, memory } = session;
  const recordings = findRuns(db, memory, keys);
  const hiddenByFor = hiddenByLookup(memory, recordings);
  const changed = recordings.filter((run) => hiddenByFor(run) !== run.hiddenBy);
  for (const run of changed) {
    if (run.hiddenBy === null) removeFromScopes(session, run);
    updateRow(db, run.id, { hiddenBy: hiddenByFor(run), ...zeroNumbers });
  }
  for (const run of changed) {
    if (hiddenByFor(run) !== null) continue;
    const rules = rulesOfRun(db, run.id);
    const inAgent = addToScope(session, run.agentScope, run, run.day, rules);
    const inProject = run.projectScope === null ? noStreak : addToScope(session, run.projectScope, run, run.day, rules);
    updateRow(db, run.id, {
      hiddenBy: null,
      agentStreak: inAgent.streak,
      agentBonus: inAgent.bonusTenths,
      projectStreak: inProject.streak,
      projectBonus: inProject.bonusTenths,
    });
  }
}

/**
 * Applies a recorded review. Which of several recordings of a run counts is decided again whenever one arrives.
 * @returns the reason if it cannot be applied
 */
export function applyRun(session: Session, run: ReviewRun, batch: string | null, place: FactPlace): string | undefined {
  const { db, memory } = session;
  const day = session.days.of(run.at);
  if (day === undefined) return "its time lies outside the years that can be shown";
  const fact = toBlob(run.factId);
  const recordings = findRuns(db, memory, run);
  const twin = recordings.find(({ factId }) => factId === run.factId);
  // A fact that was moved to another log may occur in both.
  if (twin !== undefined && compareRecording(twin.recording, run.recording) <= 0) return undefined;
  if (twin === undefined && hasFact(db, fact)) return "another run has the same fact id";
  if (twin !== undefined) removeRun(session, twin);
  const repeats = recordings.some((one) => one !== twin);

  const agentScope = memory.scopeId(run.agent, null);
  const projectScope = run.project === null ? null : memory.scopeId(run.agent, run.project);
  const rules = run.rules.map(({ rule, error, warning, info }) => ({
    rule: memory.ruleId(rule),
    errors: error,
    warnings: warning,
    infos: info,
  }));
  const hiddenBy = repeats ? repeated : hiddenByLookup(memory, [run])(run);
  const inAgent = hiddenBy === null ? addToScope(session, agentScope, run, day, rules) : noStreak;
  const inProject = hiddenBy === null && projectScope !== null ? addToScope(session, projectScope, run, day, rules) : noStreak;
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
    hiddenBy,
    recorded: Date.parse(run.recording.at),
    stated: run.stated,
    device: memory.device(run.recording.device).id,
    seq: run.recording.seq,
    place,
    disputed: run.disputed,
    batch,
    rules,
  });
  if (repeats) redecideRun(session, run);
  return undefined;
}
