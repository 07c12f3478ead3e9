import type * as z from "zod";
import type { Calendar } from "../../../ports/ports.ts";
import { type sessions, toolCounts } from "../../agent/model/sessions.ts";
import { microsToUsd } from "../../evals/model/money.ts";
import type { Span } from "../../shared/span.ts";
import { slicesOf } from "../../shared/time-buckets.ts";
import type { SessionSliceView, SessionTrendsView, SessionView } from "./views.ts";

export type SessionRow = Pick<
  z.infer<typeof sessions.row>,
  "session_id" | "host" | "model" | "started_at" | "ended_at" | "turns" | "tools_json" | "branch" | "project"
>;
export type SessionCost = Readonly<{ micros: number; calls: number; complete: boolean }>;

export type Review = NonNullable<SessionView["review"]>;

/** Returns a map key for a branch of a project. */
export const branchKey = (project: string | null, branch: string): string => JSON.stringify([project, branch]);

function sessionView(row: SessionRow, cost: SessionCost | undefined, reviews: ReadonlyMap<string, Review>): SessionView {
  const { session_id, host, model, project, branch, started_at, ended_at, turns, tools_json } = row;
  return {
    session_id,
    host,
    model,
    project,
    branch,
    started_at,
    ended_at,
    duration_ms: ended_at === null ? null : Date.parse(ended_at) - Date.parse(started_at),
    turns,
    tools: Object.entries(toolCounts.parse(JSON.parse(tools_json)))
      .map(([tool, count]) => ({ tool, count }))
      .sort((a, b) => b.count - a.count),
    calls: cost?.calls ?? 0,
    cost_usd: cost === undefined ? null : microsToUsd(cost.micros),
    complete: cost?.complete ?? true,
    review: branch === null ? null : (reviews.get(branchKey(project, branch)) ?? null),
  };
}

/** Counts the uses of each tool and the sessions that used it; most used first. */
function toolSums(views: readonly SessionView[]): SessionTrendsView["tools"] {
  const sums = new Map<string, { count: number; sessions: number }>();
  for (const { tool, count } of views.flatMap(({ tools }) => tools)) {
    const sum = sums.get(tool) ?? { count: 0, sessions: 0 };
    sums.set(tool, { count: sum.count + count, sessions: sum.sessions + 1 });
  }
  return [...sums].map(([tool, sum]) => ({ tool, ...sum })).sort((a, b) => b.count - a.count || (a.tool < b.tool ? -1 : 1));
}

/** Inputs of the view: the sessions shown, latest first, with their costs and reviews. */
export type SessionTrendsParts = Readonly<{
  rows: readonly SessionRow[];
  bills: ReadonlyMap<string, SessionCost>;
  reviews: ReadonlyMap<string, Review>;
  recorded: boolean;
  cut: boolean;
}>;

const microsOf = ({ cost_usd }: SessionView): number => Math.round((cost_usd ?? 0) * 1_000_000);
const sumOf = (some: readonly SessionView[]): number => microsToUsd(some.reduce((sum, one) => sum + microsOf(one), 0));

/** Builds the view of sessions over a span. */
export function buildSessionTrends(
  calendar: Calendar,
  now: Date,
  span: Span,
  { rows, bills, reviews, recorded, cut }: SessionTrendsParts,
): SessionTrendsView {
  const views = rows.map((row) => sessionView(row, bills.get(row.session_id), reviews));
  const times = views.map(({ started_at }) => Date.parse(started_at));
  const [first, last] = [times.at(-1), times[0]];
  const { unit, slices } = slicesOf(calendar, now, span, first === undefined || last === undefined ? null : { first, last });
  const hosts = [...new Set(views.map(({ host }) => host))].sort();
  const sliceViews = slices.map(({ start, partial, from, to }): SessionSliceView => {
    const sliceSessions = views.filter((_, index) => (times[index] ?? 0) >= from && (times[index] ?? 0) < to);
    return {
      start,
      partial,
      sessions: sliceSessions.length,
      cost_usd: sumOf(sliceSessions),
      complete: sliceSessions.every(({ cost_usd, complete }) => cost_usd !== null && complete),
      by_host: hosts.map((host) => sumOf(sliceSessions.filter((one) => one.host === host))),
    };
  });
  return { zone: calendar.zone, recorded, unit, hosts, slices: sliceViews, sessions: views, cut, tools: toolSums(views) };
}
