import * as z from "zod";
import type { Ports, Queries } from "../../../ports/ports.ts";
import { sessions } from "../../agent/model/sessions.ts";
import { panelKeys, panelSpan } from "../../evals/operations/panel-scope.ts";
import type { RunRow } from "../../reviews/model/queries.ts";
import { fetchRun } from "../../reviews/operations/show.ts";
import { memberScopeOf } from "../../shared/member-scope.ts";
import { defineOperation } from "../../shared/operation.ts";
import type { Span } from "../../shared/span.ts";
import { isoOf } from "../../shared/units.ts";
import { type Bill, branchKey, type Review, type SessionRow, sessionTrendsOf } from "./session-trends-view.ts";
import type { SessionTrendsView } from "./views.ts";

/** Maximum number of sessions, the latest ones; a longer list is unreadable. */
const mostSessions = 1_000;
/** Maximum number of review runs, the latest ones, whose branch is looked up. */
const mostReviews = 200;

const optionally = <V>(key: string, value: V | undefined): Readonly<Record<string, V>> =>
  value === undefined ? {} : { [key]: value };

function sessionsIn({ agent }: Queries, { from, to }: Span, project: string | undefined, limit: number): readonly SessionRow[] {
  const bounds = {
    ...optionally("from", from === undefined ? undefined : isoOf(from)),
    ...optionally("to", to === undefined ? undefined : isoOf(to)),
  };
  const where = { ...(Object.keys(bounds).length === 0 ? {} : { started_at: bounds }), ...optionally("project", project) };
  return agent.list(sessions, { where, limit: limit + 1 }).rows;
}

/** Returns what each session spent; omits sessions without known spending. */
const billsOf = ({ agent }: Queries, rows: readonly SessionRow[]): ReadonlyMap<string, Bill> =>
  new Map(
    agent
      .spendOfSessions(rows.map(({ session_id }) => session_id))
      .map(({ name, calls, usd_micros, unpriced_calls }) => [
        name ?? "",
        { micros: usd_micros, calls, complete: unpriced_calls === 0 },
      ]),
  );

/** Returns the latest review of each branch; `runs` is sorted latest first. */
async function reviewsOf({ ledger }: Ports, runs: readonly RunRow[]): Promise<ReadonlyMap<string, Review>> {
  const reviews = new Map<string, Review>();
  for (const row of runs) {
    const { branch } = await fetchRun(ledger, row);
    if (branch === null) continue;
    const key = branchKey(row.project, branch);
    if (!reviews.has(key)) reviews.set(key, { fact_id: row.factId, score: row.score, verdict: row.verdict });
  }
  return reviews;
}

const { project, period, since, until, team, member } = panelKeys;

export const sessionTrends = defineOperation({
  name: "session trends",
  summary: "Show sessions over time, what each cost, its tools, and the review of its branch",
  input: z.object({
    project,
    period,
    since,
    until,
    team,
    member,
    limit: z.int().min(1).max(mostSessions).default(mostSessions).describe("Maximum number of sessions, the latest ones"),
  }),
  effect: "read",
  async run(ports, choice): Promise<SessionTrendsView> {
    const { ledger, calendar, clock } = ports;
    const now = clock.now();
    const span = panelSpan(calendar, now, choice);
    const whose = await memberScopeOf(ports, choice);
    const { runs, ...found } = await ledger.ask((queries) => {
      const some = sessionsIn(queries, span, choice.project, choice.limit);
      const rows = some.slice(0, choice.limit);
      return {
        rows,
        cut: some.length > rows.length,
        recorded: queries.agent.list(sessions, { limit: 1 }).rows.length > 0,
        bills: billsOf(queries, rows),
        // Latest first. Not needed if no session has a branch.
        runs: rows.some(({ branch }) => branch !== null)
          ? queries.review.history({ project: choice.project, limit: mostReviews }).toReversed()
          : [],
      };
    }, whose);
    return sessionTrendsOf(calendar, now, span, { ...found, reviews: await reviewsOf(ports, runs) });
  },
});
