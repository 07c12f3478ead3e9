import * as z from "zod";
import type { Calendar, Ledger, Queries } from "../../../ports/ports.ts";
import type { Period } from "../../agent/model/queries.ts";
import { nameList, sessions, toolCounts } from "../../agent/model/sessions.ts";
import { dollarsOf } from "../../agent/operations/rows.ts";
import { panelKeys, panelSpan } from "../../evals/operations/panel-scope.ts";
import type { RunRow } from "../../reviews/model/queries.ts";
import { reviewRecorded } from "../../reviews/model/recorded.ts";
import { memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import type { Span } from "../../shared/span.ts";
import { slicesOf } from "../../shared/time-buckets.ts";
import { isoOf } from "../../shared/units.ts";
import { durationMs } from "../model/duration.ts";
import type { SessionCostView, SessionItemView, SessionReviewsView, SessionSliceView, SessionTrendsView } from "./views.ts";

/** Sessions that are told one by one; the latest. */
const mostSessions = 100;
/** Reviews of a project that are looked at for a session's; the latest. */
const mostReviews = 300;

type SessionRow = z.infer<typeof sessions.row>;
type Spent = ReadonlyMap<string, SessionCostView>;

const nothing: SessionCostView = { calls: 0, unpriced_calls: 0, usd: 0 };

const startsOf = ({ from, to }: Span) => ({
  ...(from === undefined ? {} : { from: isoOf(from) }),
  ...(to === undefined ? {} : { to: isoOf(to) }),
});

/** Sessions that began in the period, newest first, and what each spent. */
function sessionsIn({ agent }: Queries, span: Span): Readonly<{ rows: readonly SessionRow[]; spent: Spent }> {
  const bounds = startsOf(span);
  const where = Object.keys(bounds).length === 0 ? {} : { started_at: bounds };
  const { rows } = agent.list(sessions, { where });
  const sums = agent.spendOfSessions(rows.map(({ session_id }) => session_id));
  const spent = new Map(
    sums.map(({ name, calls, unpriced_calls, usd_micros }) => [
      name ?? "",
      { calls, unpriced_calls, usd: dollarsOf(usd_micros) },
    ]),
  );
  return { rows, spent };
}

const millionths = (usd: number): number => Math.round(usd * 1_000_000);

const addCosts = (costs: readonly SessionCostView[]): SessionCostView => ({
  calls: costs.reduce((sum, { calls }) => sum + calls, 0),
  unpriced_calls: costs.reduce((sum, { unpriced_calls }) => sum + unpriced_calls, 0),
  usd: dollarsOf(costs.reduce((sum, { usd }) => sum + millionths(usd), 0)),
});

const toolsOf = (row: SessionRow): Readonly<Record<string, number>> => toolCounts.parse(JSON.parse(row.tools_json));

/** Names by how often they occur, most first. */
const tally = (counts: readonly (readonly [string, number])[]): readonly (readonly [string, number])[] => {
  const sums = new Map<string, number>();
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
  return [...sums].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
};

function itemOf(row: SessionRow, spent: Spent, reviews: SessionReviewsView | null): SessionItemView {
  const { session_id, host, model, project, branch, pull_request, started_at, ended_at, turns, summary } = row;
  return {
    session_id,
    host,
    model,
    project,
    branch,
    pull_request,
    started_at,
    ended_at,
    duration_ms: durationMs(row),
    turns,
    tool_uses: Object.values(toolsOf(row)).reduce((sum, count) => sum + count, 0),
    files: nameList.parse(JSON.parse(row.files_json)).length,
    commits: nameList.parse(JSON.parse(row.commits_json)).length,
    summary,
    ...(spent.get(session_id) ?? nothing),
    reviews,
  };
}

type BranchRun = Readonly<Pick<RunRow, "project" | "at" | "score" | "verdict"> & { branch: string }>;

/** The latest reviews of the projects of sessions, with the branch that only the fact itself tells. */
async function reviewsOf(ledger: Ledger, rows: readonly RunRow[]): Promise<readonly BranchRun[]> {
  const runs = await Promise.all(
    rows.map(async ({ place, project, at, score, verdict }): Promise<readonly BranchRun[]> => {
      const read = reviewRecorded.data.safeParse((await ledger.fetch(place)).data);
      const branch = read.success ? read.data.branch : null;
      return branch === null ? [] : [{ project, at, score, verdict, branch }];
    }),
  );
  return runs.flat();
}

/** What reviews say of each session's branch while it was the latest session there. `rows` are newest first. */
function qualityOf(rows: readonly SessionRow[], runs: readonly BranchRun[]): ReadonlyMap<string, SessionReviewsView> {
  const quality = new Map<string, SessionReviewsView>();
  const next = new Map<string, number>();
  for (const { session_id, project, branch, started_at } of rows) {
    if (branch === null) continue;
    const place = JSON.stringify([project, branch]);
    const [from, to] = [Date.parse(started_at), next.get(place) ?? Number.POSITIVE_INFINITY];
    next.set(place, from);
    const own = runs.filter((run) => run.project === project && run.branch === branch && run.at >= from && run.at < to);
    const latest = own.toSorted((a, b) => a.at - b.at).at(-1);
    if (latest !== undefined) quality.set(session_id, { runs: own.length, score: latest.score, verdict: latest.verdict });
  }
  return quality;
}

function slicesIn(
  { agent }: Queries,
  calendar: Calendar,
  now: Date,
  span: Span,
  rows: readonly SessionRow[],
): Readonly<{ unit: SessionTrendsView["unit"]; slices: readonly SessionSliceView[] }> {
  const starts = rows.map(({ started_at }) => Date.parse(started_at));
  const [last, first] = [starts[0], starts.at(-1)];
  const cut = slicesOf(calendar, now, span, first === undefined || last === undefined ? null : { first, last });
  const within = (from: number, to: number): Period => ({
    from: Math.max(from, span.from ?? from),
    to: Math.min(to, span.to ?? to),
  });
  const slices = cut.slices.map(({ start, from, to, partial }): SessionSliceView => {
    const begun = rows.filter((_, n) => (starts[n] ?? 0) >= from && (starts[n] ?? 0) < to);
    const spent = agent
      .spendBy("agent", within(from, to))
      .filter(({ name }) => name !== null)
      .map(({ calls, unpriced_calls, usd_micros }) => ({ calls, unpriced_calls, usd: dollarsOf(usd_micros) }));
    const turns = begun.reduce((sum, row) => sum + row.turns, 0);
    return { start, partial, sessions: begun.length, turns, ...addCosts(spent) };
  });
  return { unit: cut.unit, slices };
}

const { period, since, until, team, member } = panelKeys;

/**
 * Sessions over time: how many began in each day, week or month of the period, with turns and cost; cost per session; tools and hosts;
 * and the latest sessions one by one, each with what it cost and what reviews say of its branch (score and verdict of the latest review
 * in the same project since the session began, until the next session on that branch).
 */
export const sessionTrends = defineOperation({
  name: "sessions trends",
  summary: "Show sessions over time with cost, tools and reviews of their branches",
  input: z.object({ period, since, until, team, member }),
  effect: "read",
  async run(ports, choice): Promise<SessionTrendsView> {
    const { ledger, calendar, clock } = ports;
    const now = clock.now();
    const span = panelSpan(calendar, now, choice);
    const whose = await memberScopeOf(ports, choice);
    const asked = await ledger.ask((queries) => {
      const { rows, spent } = sessionsIn(queries, span);
      const latest = rows.slice(0, mostSessions);
      const projects = new Set(latest.flatMap(({ project }) => project ?? []));
      const from = Math.min(...latest.map(({ started_at }) => Date.parse(started_at)));
      const runs = [...projects].flatMap((project) => queries.review.history({ project, from, limit: mostReviews }));
      const recorded = rows.length > 0 || queries.agent.list(sessions, { limit: 1 }).rows.length > 0;
      return { rows, spent, latest, runs, recorded, ...slicesIn(queries, calendar, now, span, rows) };
    }, whose);
    const { rows, spent, latest, runs, recorded, unit, slices } = asked;
    const quality = qualityOf(latest, await reviewsOf(ledger, runs));
    const cost = addCosts(rows.map(({ session_id }) => spent.get(session_id) ?? nothing));
    return {
      zone: calendar.zone,
      from: span.from === undefined ? null : isoOf(span.from),
      to: span.to === undefined ? null : isoOf(span.to),
      recorded,
      unit,
      slices,
      total: {
        ...cost,
        sessions: rows.length,
        turns: rows.reduce((sum, { turns }) => sum + turns, 0),
        per_session_usd: rows.length === 0 ? null : dollarsOf(Math.round(millionths(cost.usd) / rows.length)),
      },
      tools: tally(rows.flatMap((row) => Object.entries(toolsOf(row)))).map(([name, count]) => ({ name, count })),
      hosts: tally(rows.map(({ host }) => [host, 1] as const)).map(([name, count]) => ({ name, sessions: count })),
      sessions: latest.map((row) => itemOf(row, spent, quality.get(row.session_id) ?? null)),
    };
  },
});
