import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { arriving, countingEvals, evalLogs } from "../support/eval-undos.ts";
import { useStack } from "./stack/suite.ts";
import { uuidFrom } from "./support/history.ts";
import { insertDevices, insertFacts, insertTeams } from "./support/insert.ts";

const stack = useStack();

test("the tables hold the eval runs that the program counts, in whatever order they are taken back and counted again", async () => {
  const { sql } = stack();
  const all = fc.sample(evalLogs, { numRuns: 60, seed: 20_261_128 });
  const teams = all.map((_, n) => uuidFrom(`evals taken back ${n}`));
  const owned = all.map((made, n) => ({ facts: arriving(made).map(({ fact }) => fact), team: teams[n] ?? "" }));
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
  const row = z.object({ team_id: z.string(), fact_id: z.string() });
  const counted = async (): Promise<readonly (readonly string[])[]> => {
    const rows = z.array(row).parse(await sql`select team_id, fact_id from ai_sync.eval_runs order by fact_id`);
    return teams.map((team) => rows.filter(({ team_id }) => team_id === team).map(({ fact_id }) => fact_id));
  };
  const expected = all.map(countingEvals);
  expect(await counted()).toEqual(expected);
  expect(await sql`select * from ai_sync.fact_errors`).toHaveLength(0);
  for (const team of teams) await sql`select ai_sync_private.rematerialise(${team})`;
  expect(await counted()).toEqual(expected);

  // The histories reach what they are for.
  const recorded = all.flatMap(({ logs }) => logs.flat()).filter(({ fact }) => fact.kind === "eval.recorded");
  expect(recorded.length, "runs that do not count").toBeGreaterThan(expected.flat().length + 100);
});
