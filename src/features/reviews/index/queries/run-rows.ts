import { int, intOrNull, modeAt, name, type Row, toBlob, uuid, verdictAt } from "../../../../ledger/index/codec.ts";
import type { ScopeState } from "../../../index/lookup-cache.ts";
import type { RunKey } from "../../../index/session.ts";
import type { RunRow } from "../../model/queries.ts";
import { compareRuns } from "../../model/run.ts";
import { forBothKinds, kindOf } from "../columns.ts";
import type { QueryContext } from "./context.ts";

/** The columns of a run row, in the order in which `readRow` reads them. */
export const rowColumns =
  "fact, run_id, at, score, reward, verdict, mode, findings, blocking, issue, $streak, $bonus, device, segment, offset, length, day, stated, disputed";

/** A run without the coins after it, which depend on all earlier runs. */
export type RowBeforeCoins = Omit<RunRow, "coinTenths"> & Readonly<{ day: number }>;

/** @param names agent and project of the row */
export function readRow(
  { memory }: QueryContext,
  row: Row,
  names: Readonly<{ agent: string; project: string | null }>,
): RowBeforeCoins {
  const rewardDelta = int(row, 4);
  const streak = int(row, 10);
  const bonusTenths = int(row, 11);
  return {
    factId: uuid(row, 0),
    runId: name(row, 1),
    agent: names.agent,
    project: names.project,
    at: int(row, 2),
    stated: int(row, 17),
    score: int(row, 3),
    rewardDelta,
    verdict: verdictAt(row, 5),
    mode: modeAt(row, 6),
    disputed: int(row, 18) === 1,
    findings: int(row, 7),
    blocking: int(row, 8),
    bonusTenths,
    coinDeltaTenths: rewardDelta + bonusTenths,
    streakPass: Math.max(streak, 0),
    streakBlock: Math.max(-streak, 0),
    issueNumber: intOrNull(row, 9),
    place: {
      device: memory.deviceName(int(row, 12)),
      segment: int(row, 13),
      offset: int(row, 14),
      length: int(row, 15),
    },
    day: int(row, 16),
  };
}

export function withCoins({ day: _, ...row }: RowBeforeCoins, coinTenths: number): RunRow {
  return { ...row, coinTenths };
}

const laterDays = "SELECT coalesce(sum(coins), 0) FROM scope_days WHERE scope = ? AND day > ?";
const laterSameDay = forBothKinds(`
  SELECT coalesce(sum(reward + $bonus), 0) FROM runs
  WHERE $scope = ? AND hidden_by IS NULL AND (at, fact) > (?, ?) AND at < ?`);

/**
 * Returns a scope's coins after one of its visible runs: current coins minus later earnings. Reads day sums and the run's day.
 */
export function coinsAfter({ db, days }: QueryContext, scope: ScopeState, run: RunKey & Readonly<{ day: number }>): number {
  if (scope.last?.factId === run.factId && scope.last.at === run.at) return scope.coins;
  const sinceThatDay = int(db.get(laterDays, [scope.id, run.day]) ?? [], 0);
  const sameDay = db.get(laterSameDay[kindOf(scope)], [scope.id, run.at, toBlob(run.factId), days.start(run.day + 1)]);
  return scope.coins - sinceThatDay - int(sameDay ?? [], 0);
}

const coinsOfDays = "SELECT day, coins FROM scope_days WHERE scope = ? ORDER BY day DESC";

/** Like `coinsAfter` for many runs of one scope: reads its day sums once. */
export function coinsAfterEach(context: QueryContext, scope: ScopeState): (run: RunKey & Readonly<{ day: number }>) => number {
  const { db, days } = context;
  const coinsAtEnd = new Map<number, number>();
  let coins = scope.coins;
  for (const [day, delta] of db.all(coinsOfDays, [scope.id], (row) => [int(row, 0), int(row, 1)] as const)) {
    coinsAtEnd.set(day, coins);
    coins -= delta;
  }
  return ({ day, at, factId }) => {
    const later = db.get(laterSameDay[kindOf(scope)], [scope.id, at, toBlob(factId), days.start(day + 1)]);
    return (coinsAtEnd.get(day) ?? 0) - int(later ?? [], 0);
  };
}

/** Adds coins to consecutive runs of one scope, latest first, without gaps between them. */
export function addCoins(context: QueryContext, scope: ScopeState, rows: readonly RowBeforeCoins[]): readonly RunRow[] {
  const [newest] = rows;
  if (newest === undefined) return [];
  let coins = coinsAfter(context, scope, newest);
  return rows.map((row) => {
    const after = coins;
    coins -= row.coinDeltaTenths;
    return withCoins(row, after);
  });
}

export const newestFirst = (a: RunKey, b: RunKey): number => compareRuns(b, a);
