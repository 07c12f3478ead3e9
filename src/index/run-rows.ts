import type { FactPlace } from "../domain/fact.ts";
import type { RecordedRun } from "../domain/fact-index.ts";
import type { Verdict } from "../domain/review/report.ts";
import type { Recording } from "../domain/review/run.ts";
import { int, intOrNull, name, type Row, runKey, toText, uuid, verdictAt } from "./codec.ts";
import type { Connection } from "./connection.ts";
import type { RuleShare } from "./deltas.ts";
import type { Memory } from "./memory.ts";

/** A run as it stands in the database, with what finding and removing it needs. */
export type StoredRun = Readonly<{
  id: number;
  factId: string;
  agentScope: number;
  projectScope: number | null;
  runId: string;
  at: number;
  day: number;
  score: number;
  rewardDelta: number;
  verdict: Verdict;
  findings: number;
  agentStreak: number;
  agentBonus: number;
  projectStreak: number;
  projectBonus: number;
  hiddenBy: number | null;
  recording: Recording;
  place: FactPlace;
}>;

const findSql = `
  SELECT id, fact, agent_scope, project_scope, run_id, at, day, score, reward, verdict, findings, agent_streak, agent_bonus,
    project_streak, project_bonus, hidden_by, recorded, device, seq, segment, offset, length
  FROM runs WHERE run_key = ?`;

function readRun(memory: Memory, row: Row): StoredRun {
  const device = memory.deviceName(int(row, 17));
  return {
    id: int(row, 0),
    factId: uuid(row, 1),
    agentScope: int(row, 2),
    projectScope: intOrNull(row, 3),
    runId: name(row, 4),
    at: int(row, 5),
    day: int(row, 6),
    score: int(row, 7),
    rewardDelta: int(row, 8),
    verdict: verdictAt(row, 9),
    findings: int(row, 10),
    agentStreak: int(row, 11),
    agentBonus: int(row, 12),
    projectStreak: int(row, 13),
    projectBonus: int(row, 14),
    hiddenBy: intOrNull(row, 15),
    recording: { at: new Date(int(row, 16)).toISOString(), device, seq: int(row, 18) },
    place: { device, segment: int(row, 19), offset: int(row, 20), length: int(row, 21) },
  };
}

/** The run of (agent, run id), hidden or not. */
export function findRun(db: Connection, memory: Memory, agent: string, runId: string): StoredRun | undefined {
  const scope = memory.findScope(agent, null);
  if (scope === undefined) return undefined;
  return db
    .all(findSql, [runKey(runId)], (row) => readRun(memory, row))
    .find((run) => run.agentScope === scope.id && run.runId === runId);
}

/** The same, as the check for duplicates and the question need it. */
export function recordedRun(db: Connection, memory: Memory, agent: string, runId: string): RecordedRun | undefined {
  const run = findRun(db, memory, agent, runId);
  return run && { factId: run.factId, place: run.place, hidden: run.hiddenBy !== null };
}

/** Whether a run with this fact id is there. */
export const hasFact = (db: Connection, fact: Uint8Array): boolean =>
  db.get("SELECT 1 FROM runs WHERE fact = ?", [fact]) !== undefined;

/** The rules of a run. */
export const rulesOfRun = (db: Connection, run: number): readonly RuleShare[] =>
  db.all("SELECT rule, errors, warnings, infos FROM run_rules WHERE run = ?", [run], (row) => ({
    rule: int(row, 0),
    errors: int(row, 1),
    warnings: int(row, 2),
    infos: int(row, 3),
  }));

const insertSql = `
  INSERT INTO runs (fact, agent_scope, project_scope, run_id, run_key, at, day, score, reward, verdict, mode, findings, blocking,
    issue, agent_streak, agent_bonus, project_streak, project_bonus, hidden_by, recorded, device, seq, segment, offset, length,
    disputed)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export type NewRun = Readonly<{
  fact: Uint8Array;
  agentScope: number;
  projectScope: number | null;
  runId: string;
  at: number;
  day: number;
  score: number;
  rewardDelta: number;
  verdict: number;
  mode: number;
  findings: number;
  blocking: number;
  issue: number | null;
  agentStreak: number;
  agentBonus: number;
  projectStreak: number;
  projectBonus: number;
  hiddenBy: number | null;
  recorded: number;
  device: number;
  seq: number;
  place: FactPlace;
  disputed: boolean;
  rules: readonly RuleShare[];
}>;

/** Writes a run and its rules. */
export function insertRow(db: Connection, run: NewRun): void {
  db.run(insertSql, [
    run.fact,
    run.agentScope,
    run.projectScope,
    toText(run.runId),
    runKey(run.runId),
    run.at,
    run.day,
    run.score,
    run.rewardDelta,
    run.verdict,
    run.mode,
    run.findings,
    run.blocking,
    run.issue,
    run.agentStreak,
    run.agentBonus,
    run.projectStreak,
    run.projectBonus,
    run.hiddenBy,
    run.recorded,
    run.device,
    run.seq,
    run.place.segment,
    run.place.offset,
    run.place.length,
    run.disputed ? 1 : 0,
  ]);
  if (run.rules.length === 0) return;
  const id = int(db.get("SELECT last_insert_rowid()") ?? [], 0);
  for (const { rule, errors, warnings, infos } of run.rules) {
    db.run("INSERT INTO run_rules (run, rule, errors, warnings, infos) VALUES (?, ?, ?, ?, ?)", [
      id,
      rule,
      errors,
      warnings,
      infos,
    ]);
  }
}

export function deleteRow(db: Connection, id: number): void {
  db.run("DELETE FROM run_rules WHERE run = ?", [id]);
  db.run("DELETE FROM runs WHERE id = ?", [id]);
}
