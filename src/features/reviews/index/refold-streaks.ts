import { int, toBlob, uuid, verdictAt } from "../../../ledger/index/codec.ts";
import { maxTime } from "../../../ledger/index/days.ts";
import type { ScopeState } from "../../index/lookup-cache.ts";
import { type RunKey, type Session, scopeOf, setScope } from "../../index/session.ts";
import { compareRuns } from "../model/run.ts";
import { forBothKinds, kindOf } from "./columns.ts";
import { shiftBonus } from "./pending-sums.ts";
import { nextStreak } from "./signed-streak.ts";

const sql = {
  before: forBothKinds(`
    SELECT $streak FROM runs WHERE $scope = ? AND hidden_by IS NULL AND (at, fact) < (?, ?) ORDER BY at DESC, fact DESC LIMIT 1`),
  from: forBothKinds(`
    SELECT id, at, fact, day, reward, verdict, $streak, $bonus FROM runs
    WHERE $scope = ? AND hidden_by IS NULL AND (at, fact) >= (?, ?) ORDER BY at, fact LIMIT ?`),
  after: forBothKinds(`
    SELECT id, at, fact, day, reward, verdict, $streak, $bonus FROM runs
    WHERE $scope = ? AND hidden_by IS NULL AND (at, fact) > (?, ?) ORDER BY at, fact LIMIT ?`),
  update: forBothKinds("UPDATE runs SET $streak = ?, $bonus = ? WHERE id = ?"),
  best: forBothKinds("SELECT max($streak) FROM runs WHERE $scope = ? AND hidden_by IS NULL"),
  last: forBothKinds(`
    SELECT at, fact, verdict, reward, $streak FROM runs
    WHERE $scope = ? AND hidden_by IS NULL ORDER BY at DESC, fact DESC LIMIT 1`),
} as const;

/** Number of runs in the first page. Pages grow, as most late arrivals settle within a few runs. */
const firstPageSize = 16;
const maxPageSize = 1024;

/** Yields the runs of a scope from a place on, in canonical order. Reads whole pages ahead of its caller's updates. */
function* runsFrom(session: Session, scope: ScopeState, key: RunKey) {
  const kind = kindOf(scope);
  let place = key;
  let query = sql.from[kind];
  for (let size = firstPageSize; ; size = Math.min(size * 4, maxPageSize)) {
    const page = session.db.all(query, [scope.id, place.at, toBlob(place.factId), size], (row) => ({
      id: int(row, 0),
      at: int(row, 1),
      factId: uuid(row, 2),
      day: int(row, 3),
      rewardDelta: int(row, 4),
      verdict: verdictAt(row, 5),
      streak: int(row, 6),
      bonusTenths: int(row, 7),
    }));
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < size) return;
    place = last;
    query = sql.after[kind];
  }
}

/**
 * Refolds the streaks of a scope from each of the given places until the stored streak equals the computed one.
 * @param keys in canonical order
 */
function refold(
  session: Session,
  scope: ScopeState,
  keys: readonly RunKey[],
): Readonly<{ coins: number; bestGrew: number; bestLost: boolean }> {
  const { db, deltas } = session;
  const kind = kindOf(scope);
  let coins = 0;
  let bestGrew = 0;
  let bestLost = false;
  let next = 0;
  for (let key = keys[next]; key !== undefined; key = keys[next]) {
    const before = db.get(sql.before[kind], [scope.id, key.at, toBlob(key.factId)]);
    let streak = before === undefined ? 0 : int(before, 0);
    next += 1;
    for (const run of runsFrom(session, scope, key)) {
      for (let other = keys[next]; other !== undefined && compareRuns(other, run) <= 0; other = keys[next]) next += 1;
      const computed = nextStreak(streak, run);
      streak = computed.streak;
      if (computed.streak === run.streak) break;
      db.run(sql.update[kind], [computed.streak, computed.bonusTenths, run.id]);
      shiftBonus(deltas, scope.id, run.day, run.bonusTenths, computed.bonusTenths);
      coins += computed.bonusTenths - run.bonusTenths;
      bestGrew = Math.max(bestGrew, computed.streak);
      bestLost ||= run.streak === scope.best && computed.streak < run.streak;
    }
  }
  return { coins, bestGrew, bestLost };
}

/** Reads the standing of a scope's latest visible run from the database. */
export function readLast(session: Session, scope: ScopeState): Pick<ScopeState, "last" | "streak"> {
  const row = session.db.get(sql.last[kindOf(scope)], [scope.id]);
  if (row === undefined) return { last: null, streak: 0 };
  return {
    last: { at: int(row, 0), factId: uuid(row, 1), verdict: verdictAt(row, 2), rewardDelta: int(row, 3) },
    streak: int(row, 4),
  };
}

const readBest = (session: Session, scope: ScopeState): number => {
  const row = session.db.get(sql.best[kindOf(scope)], [scope.id]);
  return Math.max(0, row === undefined || row[0] === null ? 0 : int(row, 0));
};

/** Refolds streaks, bonuses and standings of every unsettled scope from its runs. */
export function refoldStreaks(session: Session): void {
  for (const [id, keys] of session.unsettled) {
    const scope = scopeOf(session, id);
    const { coins, bestGrew, bestLost } = refold(session, scope, keys.sort(compareRuns));
    const best = bestLost || session.bestLost.has(id) ? readBest(session, scope) : Math.max(scope.best, bestGrew);
    setScope(session, { ...scope, ...readLast(session, scope), coins: scope.coins + coins, best });
  }
  session.unsettled.clear();
  session.bestLost.clear();
}

/** Refolds a whole scope after runs were hidden or restored: streaks and bonuses of its runs, and its standing. */
export function refoldScope(session: Session, id: number): void {
  const { db } = session;
  const scope = scopeOf(session, id);
  const update = sql.update[kindOf(scope)];
  let streak = 0;
  let coins = 0;
  let best = 0;
  let runs = 0;
  let last: ScopeState["last"] = null;
  for (const run of runsFrom(session, scope, { at: -maxTime, factId: "00000000-0000-0000-0000-000000000000" })) {
    const computed = nextStreak(streak, run);
    if (computed.streak !== run.streak || computed.bonusTenths !== run.bonusTenths) {
      db.run(update, [computed.streak, computed.bonusTenths, run.id]);
    }
    streak = computed.streak;
    coins += run.rewardDelta + computed.bonusTenths;
    best = Math.max(best, streak);
    runs += 1;
    last = { at: run.at, factId: run.factId, verdict: run.verdict, rewardDelta: run.rewardDelta };
  }
  setScope(session, { ...scope, runs, coins, streak, best, last });
}
