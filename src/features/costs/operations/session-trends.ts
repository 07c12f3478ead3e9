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
import { branchKey, buildSessionTrends, type Review, type SessionCost, type SessionRow } from "./session-trends-view.ts";
import type { SessionTrendsView } from "./views.ts";

/** Maximum number of sessions, the latest ones; a longer list is unreadable. */
const maxSessions = 1_000;
/** Maximum number of review runs, the latest ones, whose branch is looked up. */
const maxReviews = 200;

const definedEntry = <V>(key: string, value: V | undefined): Readonly<Record<string, V>> =>
  value === undefined ? {} : { [key]: value };

function listSessions({ agent }: Queries, { from, to }: Span, project: string | undefined, limit: number): readonly SessionRow[] {
  const bounds = {
    ...definedEntry("from", from === undefined ? undefined : isoOf(from)),
    ...definedEntry("to", to === undefined ? undefined : isoOf(to)),
  };
  const where = { ...(Object.keys(bounds).length === 0 ? {} : { started_at: bounds }), ...definedEntry("project", project) };
  return agent.list(sessions, { where, limit: limit + 1 }).rows;
}

/** Returns what each session spent; omits sessions without known spending. */
const readSessionCosts = ({ agent }: Queries, rows: readonly SessionRow[]): ReadonlyMap<string, SessionCost> =>
  new Map(
    agent
      .spendOfSessions(rows.map(({ session_id }) => session_id))
      .map(({ name, calls, usd_micros, unpriced_calls }) => [
        name ?? "",
        { micros: usd_micros, calls, complete: unpriced_calls === 0 },
      ]),
  );

/** Returns the latest review of each branch; `runs` is sorted latest first. */
async function fetchReviews({ ledger }: Ports, runs: readonly RunRow[]): Promise<ReadonlyMap<string, Review>> {
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
    limit: z.int().min(1).max(maxSessions).default(maxSessions).describe("Maximum number of sessions, the latest ones"),
  }),
  effect: "read",
  async run(ports, choice): Promise<SessionTrendsView> {
    const { ledger, calendar, clock } = ports;
    const now = clock.now();
    const span = panelSpan(calendar, now, choice);
    const whose = await memberScopeOf(ports, choice);
    const { runs, ...found } = await ledger.ask((queries) => {
      const listed = listSessions(queries, span, choice.project, choice.limit);
      const rows = listed.slice(0, choice.limit);
      return {
        rows,
        cut: listed.length > rows.length,
        recorded: queries.agent.list(sessions, { limit: 1 }).rows.length > 0,
        bills: readSessionCosts(queries, rows),
        // Latest first. Not needed if no session has a branch.
        runs: rows.some(({ branch }) => branch !== null)
          ? queries.review.history({ project: choice.project, limit: maxReviews }).toReversed()
          : [],
      };
    }, whose);
    return buildSessionTrends(calendar, now, span, { ...found, reviews: await fetchReviews(ports, runs) });
  },
});
