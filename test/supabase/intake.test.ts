import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { evalRecorded } from "../../src/features/evals/model/eval-recorded.ts";
import { recordingOf } from "../../src/features/reviews/model/clock.ts";
import { type CountedEval, evalLogs, foldCountedEvals, inArrivalOrder } from "../support/eval-undos.ts";
import { useStack } from "./stack/suite.ts";
import { uuidFrom } from "./support/history.ts";
import { insertDevices, insertFacts, insertTeams } from "./support/insert.ts";

const stack = useStack();

test("the tables hold the eval runs that the program counts, in any order of undo and redo", async () => {
  const { sql } = stack();
  const all = fc.sample(evalLogs, { numRuns: 60, seed: 20_261_128 });
  const teams = all.map((_, n) => uuidFrom(`evals taken back ${n}`));
  const owned = all.map((made, n) => ({ facts: inArrivalOrder(made).map(({ fact }) => fact), team: teams[n] ?? "" }));
  const owners = new Map(all.flatMap(({ team }) => [...team.owners]));
  await insertTeams(sql, teams);
  await insertDevices(
    sql,
    owned.flatMap(({ facts, team }) => facts.map((fact) => ({ team, fact }))),
    (device) => owners.get(device) ?? uuidFrom("the user"),
  );
  const most = Math.max(...owned.map(({ facts }) => facts.length));
  for (let n = 0; n < most; n += 2) {
    await insertFacts(
      sql,
      owned.flatMap(({ facts, team }) => facts.slice(n, n + 2).map((fact) => ({ team, fact }))),
    );
  }
  const count = z.coerce.number();
  const row = z.object({ team_id: z.string(), id: z.string(), at: count, total: count, passed: count, failed: count });
  const counted = async (): Promise<readonly (readonly CountedEval[])[]> => {
    const rows = z.array(row).parse(
      await sql`
        select team_id, fact_id as id, extract(epoch from "timestamp") * 1000 as at, total_tests as total, passed, failed
        from ai_sync.eval_runs order by fact_id`,
    );
    return teams.map((team) => rows.filter(({ team_id }) => team_id === team).map(({ team_id: _, ...run }) => run));
  };
  const expected = all.map(foldCountedEvals);
  expect(await counted()).toEqual(expected);
  expect(await sql`select * from ai_sync.fact_errors`).toHaveLength(0);
  for (const team of teams) await sql`select ai_sync_private.rematerialise(${team})`;
  expect(await counted()).toEqual(expected);

  // The random histories cover the cases that they are meant for.
  const recorded = all.flatMap(({ logs }) => logs.flat()).filter(({ fact }) => fact.kind === "eval.recorded");
  expect(recorded.length, "runs that do not count").toBeGreaterThan(expected.flat().length + 100);
  const stated = new Map(recorded.map(({ fact }) => [fact.id, Date.parse(evalRecorded.data.parse(fact.data).at)]));
  const ahead = expected.flat().filter(({ id, at }) => at < (stated.get(id) ?? 0));
  expect(ahead.length, "runs dated after their recording").toBeGreaterThan(30);
  const shown = new Map(recorded.map(({ fact }) => [fact.id, Date.parse(recordingOf(fact).at)]));
  expect(ahead.filter(({ id, at }) => at < (shown.get(id) ?? 0)).length, "recorded with a clock ahead").toBeGreaterThan(5);
});
