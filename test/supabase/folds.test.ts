import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { foldReviews } from "../../src/features/reviews/model/fold.ts";
import { useStack } from "./stack/suite.ts";
import { type History, histories, reviewFactsOf, uuidFrom } from "./support/history.ts";
import { insertDevices, insertFacts, insertTeams } from "./support/insert.ts";

const stack = useStack();

/** The result for one history, from the tables or the program's fold. Agents without a run that counts are left out. */
type Standings = Readonly<{
  counted: readonly string[];
  hidden: readonly string[];
  ledger: Readonly<Record<string, Readonly<Record<string, unknown> & { bestStreakPass: number }>>>;
  runs: Readonly<Record<string, unknown>>;
}>;

function foldStandings(history: History): Standings {
  const fold = foldReviews(reviewFactsOf(history));
  return {
    counted: fold.runs.map(({ run }) => run.factId).sort(),
    hidden: history.facts
      .filter(({ id, kind }) => kind === "review.recorded" && !fold.runs.some(({ run }) => run.factId === id))
      .map(({ id }) => id)
      .sort(),
    ledger: Object.fromEntries(
      fold.scopes
        .filter(({ standing }) => standing.project === null)
        .map(({ standing: { agent, project: _, lastRunAt, ...standing } }) => [
          agent,
          { ...standing, coins: (standing.coinTenths / 10).toFixed(2), lastRunAt: new Date(lastRunAt ?? 0).toISOString() },
        ]),
    ),
    runs: Object.fromEntries(
      fold.runs.map(({ run }) => [
        run.factId,
        { runId: run.runId, project: run.project, verdict: run.verdict, rewardDelta: run.rewardDelta },
      ]),
    ),
  };
}

const runRow = z.object({
  team_id: z.string(),
  fact_id: z.string(),
  runId: z.string(),
  project: z.string().nullable(),
  verdict: z.string(),
  rewardDelta: z.number(),
  hidden: z.boolean(),
});
const ledgerRow = z.object({ team_id: z.string(), agent: z.string(), standing: z.looseObject({ bestStreakPass: z.number() }) });

async function readStandings(teams: readonly string[]): Promise<ReadonlyMap<string, Standings>> {
  const { sql } = stack();
  const runs = z.array(runRow).parse(
    await sql`
    select team_id, fact_id, session_id as "runId", project, verdict, reward_delta as "rewardDelta", hidden
    from ai_sync.review_runs where team_id = any (string_to_array(${teams.join()}, ',')::uuid[]) order by fact_id`,
  );
  const ledger = z.array(ledgerRow).parse(
    await sql`
    select team_id, agent, jsonb_build_object(
      'coinTenths', coin_tenths, 'streakPass', streak_pass, 'streakBlock', streak_block, 'bestStreakPass', best_streak_pass,
      'lastVerdict', last_verdict, 'lastDelta', last_delta, 'runs', runs, 'coins', cumulative_coins::text,
      'lastRunAt', to_char(last_run_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) as standing
    from ai_sync.reward_ledger where team_id = any (string_to_array(${teams.join()}, ',')::uuid[]) and runs > 0`,
  );
  return new Map(
    teams.map((team) => {
      const own = runs.filter((run) => run.team_id === team);
      return [
        team,
        {
          counted: own.filter((run) => !run.hidden).map((run) => run.fact_id),
          hidden: own.filter((run) => run.hidden).map((run) => run.fact_id),
          ledger: Object.fromEntries(ledger.filter((row) => row.team_id === team).map((row) => [row.agent, row.standing])),
          runs: Object.fromEntries(
            own
              .filter((run) => !run.hidden)
              .map(({ fact_id, runId, project, verdict, rewardDelta }) => [fact_id, { runId, project, verdict, rewardDelta }]),
          ),
        },
      ];
    }),
  );
}

/** Inserts every history as a team of its own; the n-th batches of all histories arrive in one statement. */
async function insertArrivals(all: readonly History[], teams: readonly string[]): Promise<void> {
  const { sql } = stack();
  const owners = new Map(all.flatMap(({ team }) => [...team.owners]));
  const owned = all.map((history, n) => ({ history, team: teams[n] ?? "" }));
  await insertTeams(sql, teams);
  await insertDevices(
    sql,
    owned.flatMap(({ history, team }) => history.facts.map((fact) => ({ team, fact }))),
    (device) => owners.get(device) ?? uuidFrom("the user"),
  );
  for (let n = 0; n < Math.max(...all.map(({ batches }) => batches.length)); n++) {
    await insertFacts(
      sql,
      owned.flatMap(({ history, team }) => (history.batches[n] ?? []).map((fact) => ({ team, fact }))),
    );
  }
}

test("tables and program agree on 300 random histories, in any order of arrival", async () => {
  const { sql } = stack();
  const all = fc.sample(histories, { numRuns: 300, seed: 20_261_121 });
  const teams = all.map(({ name }, n) => uuidFrom(`${name} ${n}`));
  await insertArrivals(all, teams);
  const incremental = await readStandings(teams);
  for (const [n, history] of all.entries())
    expect(incremental.get(teams[n] ?? ""), `history ${n}`).toEqual(foldStandings(history));
  expect(await sql`select * from ai_sync.fact_errors`).toHaveLength(0);

  // The random histories cover the cases that they are meant for.
  const expected = all.map(foldStandings);
  const folds = all.map((history) => foldReviews(reviewFactsOf(history)));
  const recorded = all.flatMap(({ facts }) => facts).filter(({ kind }) => kind === "review.recorded");
  const decided = folds.flatMap(({ runs, hidden }) => [...runs, ...hidden]);
  expect(recorded.length - decided.length, "duplicates").toBeGreaterThan(500);
  expect(folds.flatMap(({ overruled }) => overruled).length, "runs of two people under one name").toBeGreaterThan(50);
  expect(
    folds.flatMap(({ runs }) => runs).filter(({ run }) => run.at < run.stated).length,
    "runs dated after their recording",
  ).toBeGreaterThan(50);
  expect(
    expected.filter(({ counted, hidden }) => counted.length > 0 && hidden.length > 0).length,
    "partly hidden",
  ).toBeGreaterThan(50);
  expect(
    expected.filter(({ ledger }) => Object.values(ledger).some((one) => one.bestStreakPass >= 5)).length,
    "bonuses",
  ).toBeGreaterThan(50);

  for (const team of teams) await sql`select ai_sync_private.rematerialise(${team})`;
  expect(await readStandings(teams)).toEqual(incremental);
});
