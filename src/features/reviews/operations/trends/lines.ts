import type { Calendar, Queries } from "../../../../ports/ports.ts";
import type { Bounds } from "../../../shared/period.ts";
import { coinsOf, isoOf } from "../../../shared/units.ts";
import { blockPenaltyTenths, passBonusTenths } from "../../model/coins-and-streaks.ts";
import type { AgentDay, RunRow } from "../../model/queries.ts";
import type { CoinLineView, CoinPointView } from "../views.ts";

/** Maximum number of points per line: more overlap on any screen. */
const maxPoints = 2_000;

type LineScope = Readonly<{ agent: string; project: string | undefined }> & Bounds;

const runPoint = (row: RunRow): CoinPointView => ({
  at: isoOf(row.at),
  coins: coinsOf(row.coinTenths),
  delta: coinsOf(row.coinDeltaTenths),
  bonuses: coinsOf(Math.max(0, row.bonusTenths)),
  penalties: coinsOf(Math.min(0, row.bonusTenths)),
  runs: 1,
  passes: row.verdict === "PASS" ? 1 : 0,
  advisories: row.verdict === "PASS_WITH_ADVISORY" ? 1 : 0,
  fails: row.verdict === "FAIL" ? 1 : 0,
  score: row.score,
  streak_pass: row.streakPass,
  streak_block: row.streakBlock,
  fact_id: row.factId,
  run_id: row.runId,
  verdict: row.verdict,
});

type DaySum = Readonly<Omit<AgentDay, "agent" | "findings">>;

const addSums = (a: DaySum, b: DaySum): DaySum => ({
  day: a.day,
  runs: a.runs + b.runs,
  passes: a.passes + b.passes,
  advisories: a.advisories + b.advisories,
  fails: a.fails + b.fails,
  coinDeltaTenths: a.coinDeltaTenths + b.coinDeltaTenths,
  bonuses: a.bonuses + b.bonuses,
  penalties: a.penalties + b.penalties,
  scoreSum: a.scoreSum + b.scoreSum,
});

/** Adds up day sums by the Monday of their week; the days must be in ascending order. */
function sumByWeek(calendar: Calendar, days: readonly DaySum[]): readonly DaySum[] {
  const weeks = new Map<string, DaySum>();
  for (const day of days) {
    const monday = calendar.mondayOf(day.day);
    const week = weeks.get(monday);
    weeks.set(monday, week === undefined ? { ...day, day: monday } : addSums(week, day));
  }
  return [...weeks.values()];
}

/** Computes the coins before the first run of a scope's period: the current coins minus what was earned since. */
function coinsBefore({ review }: Queries, { agent, project, from }: LineScope): number {
  const earned = review.agentDays({ agent, project, from }).reduce((sum, day) => sum + day.coinDeltaTenths, 0);
  return review.standing(agent, project).coinTenths - earned;
}

/** Builds a line of one point per day or week. Streaks are those after the last run before the end of that day or week. */
function sumLine(queries: Queries, calendar: Calendar, scope: LineScope): CoinLineView {
  const { agent, project } = scope;
  const days = queries.review.agentDays(scope);
  const weekly = days.length > maxPoints;
  const sums = weekly ? sumByWeek(calendar, days) : days;
  const ends = sums.map((sum) => calendar.startOfDay(calendar.addDays(sum.day, weekly ? 7 : 1)));
  const streaks = queries.review.streaksBefore(agent, project, ends);
  const before = coinsBefore(queries, scope);
  let coins = before;
  const points = sums.map((sum, index): CoinPointView => {
    coins += sum.coinDeltaTenths;
    return {
      at: isoOf(calendar.startOfDay(sum.day)),
      coins: coinsOf(coins),
      delta: coinsOf(sum.coinDeltaTenths),
      bonuses: coinsOf(sum.bonuses * passBonusTenths),
      penalties: sum.penalties === 0 ? 0 : coinsOf(sum.penalties * blockPenaltyTenths),
      runs: sum.runs,
      passes: sum.passes,
      advisories: sum.advisories,
      fails: sum.fails,
      score: Math.round((sum.scoreSum / sum.runs) * 10) / 10,
      streak_pass: streaks[index]?.pass ?? 0,
      streak_block: streaks[index]?.block ?? 0,
      fact_id: null,
      run_id: null,
      verdict: null,
    };
  });
  return { agent, resolution: weekly ? "week" : "day", coins_before: coinsOf(before), points };
}

/** Builds the coin line of one agent, at the finest readable resolution. */
export function coinLine(queries: Queries, calendar: Calendar, scope: LineScope): CoinLineView {
  if (queries.review.countRuns(scope) > maxPoints) return sumLine(queries, calendar, scope);
  const rows = queries.review.history(scope);
  const [first] = rows;
  const before = first === undefined ? undefined : first.coinTenths - first.coinDeltaTenths;
  return { agent: scope.agent, resolution: "run", coins_before: coinsOf(before ?? 0), points: rows.map(runPoint) };
}
