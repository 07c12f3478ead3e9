import type { FactPlace, Recording } from "../../../kernel/fact.ts";
import { compareRecording } from "../../../kernel/fact.ts";
import { int, intOrNull, name, type Row, runKey, toBlob, toText, uuid, verdictAt } from "../../../ledger/index/codec.ts";
import type { Connection } from "../../../ledger/index/connection.ts";
import type { LookupCache } from "../../index/lookup-cache.ts";
import type { RecordedRun } from "../model/queries.ts";
import type { Verdict } from "../model/report.ts";
import { personOf } from "../model/resets-in-force.ts";
import type { RuleShare } from "./pending-sums.ts";

/** `hidden_by` of a recording that another recording of the same run replaces. */
export const repeated = 0;

/** `hidden_by` of a recording that was taken back. */
export const withdrawn = Number.MIN_SAFE_INTEGER;

/** A run as stored in the database, with what is needed to find and remove it. */
export type StoredRun = Readonly<{
  id: number;
  factId: string;
  agentScope: number;
  projectScope: number | null;
  agent: string;
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
    project_streak, project_bonus, hidden_by, recorded, device, seq, segment, offset, length, settled
  FROM runs WHERE run_key = ?`;

function readRun(memory: LookupCache, row: Row, agent: string): StoredRun {
  const device = memory.deviceName(int(row, 17));
  return {
    id: int(row, 0),
    factId: uuid(row, 1),
    agentScope: int(row, 2),
    projectScope: intOrNull(row, 3),
    agent,
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
    recording: { at: new Date(int(row, 22)).toISOString(), device, seq: int(row, 18) },
    place: { device, segment: int(row, 19), offset: int(row, 20), length: int(row, 21) },
  };
}

export type RunKeys = Readonly<{ project: string | null; agent: string; runId: string }>;

/** Returns the recordings of a run, including those that do not count. */
export function findRuns(db: Connection, memory: LookupCache, { project, agent, runId }: RunKeys): readonly StoredRun[] {
  const scope = memory.findScope(agent, null);
  const inProject = project === null ? null : memory.findScope(agent, project)?.id;
  if (scope === undefined || inProject === undefined) return [];
  return db
    .all(findSql, [runKey(runId)], (row) => readRun(memory, row, agent))
    .filter((run) => run.agentScope === scope.id && run.projectScope === inProject && run.runId === runId);
}

/**
 * Returns the run that another recording of it would repeat: the user's own recording (one that was taken back only if there is
 * no other), else another person's recording that counts.
 */
export function recordedRun(db: Connection, memory: LookupCache, keys: RunKeys): RecordedRun | undefined {
  const found = findRuns(db, memory, keys);
  const own = found
    .filter(({ recording }) => personOf(memory.team(), recording.device) === "")
    .sort((a, b) => Number(isWithdrawn(a)) - Number(isWithdrawn(b)) || compareRecording(a.recording, b.recording));
  const run = own[0] ?? found.find(({ hiddenBy }) => hiddenBy === null);
  if (run === undefined) return undefined;
  const isTakenBack = isWithdrawn(run);
  const isHidden = run.hiddenBy !== null && run.hiddenBy !== repeated && !isTakenBack;
  return { factId: run.factId, place: run.place, hidden: isHidden, takenBack: isTakenBack };
}

export const isWithdrawn = ({ hiddenBy }: Pick<StoredRun, "hiddenBy">): boolean => hiddenBy === withdrawn;

/** Whether a run with this fact id exists. */
export const hasFact = (db: Connection, fact: Uint8Array): boolean =>
  db.get("SELECT 1 FROM runs WHERE fact = ?", [fact]) !== undefined;

/** Returns the rules of a run with its findings of each. */
export const rulesOfRun = (db: Connection, run: number): readonly RuleShare[] =>
  db.all("SELECT rule, errors, warnings, infos FROM run_rules WHERE run = ?", [run], (row) => ({
    rule: int(row, 0),
    errors: int(row, 1),
    warnings: int(row, 2),
    infos: int(row, 3),
  }));

const insertSql = `
  INSERT INTO runs (fact, agent_scope, project_scope, run_id, run_key, at, day, score, reward, verdict, mode, findings, blocking,
    issue, agent_streak, agent_bonus, project_streak, project_bonus, hidden_by, recorded, settled, stated, device, seq, segment, offset,
    length, disputed, batch)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

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
  stated: number;
  device: number;
  seq: number;
  place: FactPlace;
  disputed: boolean;
  batch: string | null;
  rules: readonly RuleShare[];
}>;

/** Inserts a run and its rules. */
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
    run.recorded,
    run.stated,
    run.device,
    run.seq,
    run.place.segment,
    run.place.offset,
    run.place.length,
    run.disputed ? 1 : 0,
    run.batch === null ? null : toBlob(run.batch),
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

export type RowNumbers = Readonly<{
  hiddenBy: number | null;
  agentStreak: number;
  agentBonus: number;
  projectStreak: number;
  projectBonus: number;
}>;

/** Streaks and bonuses of a run that does not count, or whose scopes are going to be refolded. */
export const zeroNumbers = { agentStreak: 0, agentBonus: 0, projectStreak: 0, projectBonus: 0 } as const;

/** Updates what hides a run, and its streaks and bonuses. */
export function updateRow(db: Connection, id: number, row: RowNumbers): void {
  db.run("UPDATE runs SET hidden_by = ?, agent_streak = ?, agent_bonus = ?, project_streak = ?, project_bonus = ? WHERE id = ?", [
    row.hiddenBy,
    row.agentStreak,
    row.agentBonus,
    row.projectStreak,
    row.projectBonus,
    id,
  ]);
}

export function deleteRow(db: Connection, id: number): void {
  db.run("DELETE FROM run_rules WHERE run = ?", [id]);
  db.run("DELETE FROM runs WHERE id = ?", [id]);
}
