import { wilson95 } from "../../../../kernel/statistics/wilson.ts";
import type { Queries } from "../../../../ports/ports.ts";
import type { Span } from "../../../shared/span.ts";
import { coinsOf } from "../../../shared/units.ts";
import type { TrendsView } from "../views.ts";

/** Number of latest runs that the pass rate covers. */
const rateRuns = 20;

type TileScope = Readonly<{ agent: string | undefined; project: string | undefined }>;
type Tiles = TrendsView["tiles"];

/** Coins at the end of the span and their change over it; without an agent, the sum over all agents. */
function coinsTile({ review }: Queries, { agent, project }: TileScope, { from, to }: Span): Tiles["coins"] {
  const standings = agent === undefined ? review.standings(project) : [review.standing(agent, project)];
  const deltasFrom = (start: number | undefined): number =>
    review.agentDays({ agent, project, from: start }).reduce((sum, day) => sum + day.coinDeltaTenths, 0);
  const after = to === undefined ? 0 : deltasFrom(to);
  const value = standings.reduce((sum, one) => sum + one.coinTenths, 0) - after;
  return { value: coinsOf(value), change: coinsOf(deltasFrom(from) - after) };
}

/** Streaks of the agent, or of the one with the latest run. */
function streakTile({ review }: Queries, { agent, project }: TileScope): Tiles["streak"] {
  const streakAgent = agent ?? review.newestAgent(project);
  if (streakAgent === undefined) return { agent: null, pass: 0, block: 0, best: 0 };
  const { streakPass, streakBlock, bestStreakPass } = review.standing(streakAgent, project);
  return { agent: streakAgent, pass: streakPass, block: streakBlock, best: bestStreakPass };
}

function passRateTile({ review }: Queries, scope: TileScope, { from, to }: Span): Tiles["pass_rate"] {
  const rows = review.history({ ...scope, from, to, limit: rateRuns });
  if (rows.length === 0) return null;
  const passed = rows.filter((row) => row.verdict !== "FAIL").length;
  return { passed, total: rows.length, ...wilson95(passed, rows.length) };
}

/** The four numbers above the charts. */
export function tilesOf(queries: Queries, scope: TileScope, span: Span, violations: TrendsView["violations"]): Tiles {
  const [top] = violations;
  return {
    coins: coinsTile(queries, scope, span),
    streak: streakTile(queries, scope),
    pass_rate: passRateTile(queries, scope, span),
    top_rule: top === undefined ? null : { rule: top.rule, count: top.count, previous: top.previous },
  };
}
