import { int, type Row, toBlob, verdictCode } from "../../ledger/index/codec.ts";
import type { Connection } from "../../ledger/index/connection.ts";
import type { Days } from "../../ledger/index/days.ts";
import { type DayDelta, type Deltas, noRuleSum, type RuleDelta } from "../reviews/index/pending-sums.ts";
import type { LookupCache, ScopeState, StoredDevice } from "./lookup-cache.ts";

const addDay = `
  INSERT INTO scope_days (scope, day, runs, passes, advisories, fails, coins, bonuses, penalties, scores, findings)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET
    runs = runs + excluded.runs, passes = passes + excluded.passes, advisories = advisories + excluded.advisories,
    fails = fails + excluded.fails, coins = coins + excluded.coins, bonuses = bonuses + excluded.bonuses,
    penalties = penalties + excluded.penalties, scores = scores + excluded.scores, findings = findings + excluded.findings`;

function writeDay(db: Connection, delta: DayDelta): void {
  const { scope, day, runs, passes, advisories, fails, coins, bonuses, penalties, scores, findings } = delta;
  db.run(addDay, [scope, day, runs, passes, advisories, fails, coins, bonuses, penalties, scores, findings]);
  // Sums that only shifted, or a run that came and went, may leave a day without runs.
  if (runs <= 0) db.run("DELETE FROM scope_days WHERE scope = ? AND day = ? AND runs = 0", [scope, day]);
}

const addRuleDay = `
  INSERT INTO rule_days (scope, day, rule, errors, warnings, infos, runs, first, last) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET
    errors = errors + excluded.errors, warnings = warnings + excluded.warnings, infos = infos + excluded.infos,
    runs = runs + excluded.runs, first = min(first, excluded.first), last = max(last, excluded.last)`;

const addRuleTotal = `
  INSERT INTO rule_totals (scope, rule, errors, warnings, infos, runs, first, last) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET
    errors = errors + excluded.errors, warnings = warnings + excluded.warnings, infos = infos + excluded.infos,
    runs = runs + excluded.runs, first = min(first, excluded.first), last = max(last, excluded.last)`;

type Bounds = Readonly<{ first: number; last: number }>;
type RuleSum = Readonly<{ errors: number; warnings: number; infos: number; runs: number }> & Bounds;

const readSum = (row: Row): RuleSum => ({
  errors: int(row, 0),
  warnings: int(row, 1),
  infos: int(row, 2),
  runs: int(row, 3),
  first: int(row, 4),
  last: int(row, 5),
});

type RuleChange = Omit<RuleDelta, "scope" | "day" | "rule">;

const removesRuns = (change: RuleChange): boolean =>
  change.lostFirst !== Number.POSITIVE_INFINITY || change.lostLast !== Number.NEGATIVE_INFINITY || change.runs < 0;

/** A sum after a change that removes runs. `lookUp` finds the bounds again when a bound may belong to a removed run. */
function applyChange(before: RuleSum, change: RuleChange, lookUp: () => Bounds): RuleSum {
  const first = Math.min(before.first, change.first);
  const last = Math.max(before.last, change.last);
  const runs = before.runs + change.runs;
  const bounds = runs > 0 && (change.lostFirst <= first || change.lostLast >= last) ? lookUp() : { first, last };
  return {
    errors: before.errors + change.errors,
    warnings: before.warnings + change.warnings,
    infos: before.infos + change.infos,
    runs,
    ...bounds,
  };
}

const boundsOf = (row: Row | undefined): Bounds => ({ first: int(row ?? [], 0), last: int(row ?? [], 1) });

/** Scopes of agents and scopes of projects are found by columns of their own. */
const dayBounds = {
  agent: `
    SELECT min(at), max(at) FROM runs JOIN run_rules ON run = id AND rule = ?
    WHERE agent_scope = ? AND hidden_by IS NULL AND at >= ? AND at < ?`,
  project: `
    SELECT min(at), max(at) FROM runs JOIN run_rules ON run = id AND rule = ?
    WHERE project_scope = ? AND hidden_by IS NULL AND at >= ? AND at < ?`,
} as const;

function writeRuleDay(db: Connection, memory: LookupCache, days: Days, delta: RuleDelta): void {
  const { scope, day, rule } = delta;
  if (!removesRuns(delta)) {
    db.run(addRuleDay, [scope, day, rule, delta.errors, delta.warnings, delta.infos, delta.runs, delta.first, delta.last]);
    return;
  }
  const key = [scope, day, rule];
  const row = db.get(
    "SELECT errors, warnings, infos, runs, first, last FROM rule_days WHERE scope = ? AND day = ? AND rule = ?",
    key,
  );
  const column = memory.scopes.get(scope)?.project === null ? "agent" : "project";
  const sum = applyChange(row === undefined ? noRuleSum : readSum(row), delta, () =>
    boundsOf(db.get(dayBounds[column], [rule, scope, days.start(day), days.start(day + 1)])),
  );
  db.run("DELETE FROM rule_days WHERE scope = ? AND day = ? AND rule = ?", key);
  if (sum.runs > 0) db.run(addRuleDay, [...key, sum.errors, sum.warnings, sum.infos, sum.runs, sum.first, sum.last]);
}

function writeRuleTotal(db: Connection, scope: number, rule: number, change: RuleChange): void {
  if (!removesRuns(change)) {
    const { errors, warnings, infos, runs, first, last } = change;
    db.run(addRuleTotal, [scope, rule, errors, warnings, infos, runs, first, last]);
    return;
  }
  const key = [scope, rule];
  const row = db.get("SELECT errors, warnings, infos, runs, first, last FROM rule_totals WHERE scope = ? AND rule = ?", key);
  const sum = applyChange(row === undefined ? noRuleSum : readSum(row), change, () =>
    boundsOf(db.get("SELECT min(first), max(last) FROM rule_days WHERE scope = ? AND rule = ?", key)),
  );
  db.run("DELETE FROM rule_totals WHERE scope = ? AND rule = ?", key);
  if (sum.runs > 0) db.run(addRuleTotal, [...key, sum.errors, sum.warnings, sum.infos, sum.runs, sum.first, sum.last]);
}

/** Adds the changes of days up to changes of whole scopes. */
function ruleTotals(deltas: Pick<Deltas, "rules">): Iterable<Readonly<{ scope: number; rule: number; change: RuleChange }>> {
  const totals = new Map<string, { scope: number; rule: number; change: RuleChange }>();
  for (const delta of deltas.rules.values()) {
    const key = `${delta.scope}:${delta.rule}`;
    const total = totals.get(key);
    if (total === undefined) {
      totals.set(key, { scope: delta.scope, rule: delta.rule, change: delta });
      continue;
    }
    const { change } = total;
    total.change = {
      errors: change.errors + delta.errors,
      warnings: change.warnings + delta.warnings,
      infos: change.infos + delta.infos,
      runs: change.runs + delta.runs,
      first: Math.min(change.first, delta.first),
      last: Math.max(change.last, delta.last),
      lostFirst: Math.min(change.lostFirst, delta.lostFirst),
      lostLast: Math.max(change.lostLast, delta.lostLast),
    };
  }
  return totals.values();
}

function writeScope(db: Connection, scope: ScopeState): void {
  const { last } = scope;
  db.run(
    "UPDATE scopes SET runs = ?, coins = ?, streak = ?, best_streak = ?, last_at = ?, last_fact = ?, last_verdict = ?, last_reward = ? WHERE id = ?",
    [
      scope.runs,
      scope.coins,
      scope.streak,
      scope.best,
      last?.at ?? null,
      last === null ? null : toBlob(last.factId),
      last === null ? null : verdictCode(last.verdict),
      last?.rewardDelta ?? null,
      scope.id,
    ],
  );
}

function writeDevice(db: Connection, device: StoredDevice): void {
  const { cursor, last } = device;
  db.run(
    "UPDATE devices SET facts = ?, seq = ?, hash = ?, segment = ?, offset = ?, last_segment = ?, last_offset = ?, last_length = ?, latest = ? WHERE id = ?",
    [
      device.facts,
      cursor.seq,
      cursor.hash,
      cursor.segment,
      cursor.offset,
      last?.segment ?? null,
      last?.offset ?? null,
      last?.length ?? null,
      device.latest,
      device.id,
    ],
  );
}

/** Writes collected sums of days and rules. Both must belong to runs that are in the database. */
export function flushSums(db: Connection, memory: LookupCache, days: Days, deltas: Pick<Deltas, "days" | "rules">): void {
  for (const delta of deltas.days.values()) writeDay(db, delta);
  for (const delta of deltas.rules.values()) writeRuleDay(db, memory, days, delta);
  for (const { scope, rule, change } of ruleTotals(deltas)) {
    writeRuleTotal(db, scope, rule, change);
  }
}

/** Writes everything that was collected. */
export function flush(db: Connection, memory: LookupCache, days: Days, deltas: Deltas): void {
  flushSums(db, memory, days, deltas);
  for (const scope of deltas.scopes.values()) writeScope(db, scope);
  for (const device of deltas.devices.values()) writeDevice(db, device);
}
