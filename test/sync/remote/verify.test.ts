import { expect, test } from "vitest";
import { kindFor } from "../../../src/features/agent/model/kinds.ts";
import { allStores } from "../../../src/features/agent/model/stores.ts";
import { parseEval, toEvalDraft } from "../../../src/features/evals/importers/eval-file.ts";
import { referencePrices } from "../../../src/features/evals/model/price-table.ts";
import { verifyRemote } from "../../../src/features/maintenance/operations/verify-remote.ts";
import type { Draft } from "../../../src/kernel/fact.ts";
import { useStack } from "../../supabase/stack/suite.ts";
import { sampleRow } from "../../support/agent-rows.ts";
import { makeEvalHistory } from "../../support/eval-fixtures.ts";
import { recordAll, reviewDrafts } from "../support/home.ts";
import { teamsOn } from "../support/teams.ts";

const stack = useStack();
const { teamOf } = teamsOn(stack);

const evals = (): readonly Draft[] =>
  makeEvalHistory({ seed: 6, runs: 6, tests: 5 }).map((run) =>
    toEvalDraft(parseEval(JSON.stringify(run), "run.json"), {
      project: "acme/shop",
      source: "run.json",
      prices: referencePrices,
      now: new Date(0),
    }),
  );

/** A row of each store as `store add` records it, and later changes of some of them. */
const stores = (): readonly Draft[] => [
  ...allStores.map((store): Draft => {
    const sample = sampleRow(store);
    const row =
      store.keyFrom === "given"
        ? sample
        : Object.fromEntries(Object.entries(sample).filter(([name]) => !store.key.includes(name)));
    return { kind: kindFor(store, "add"), project: "acme/shop", data: { row } };
  }),
  { kind: "task.changed", project: null, data: { key: "t1", at: "2026-03-16T09:00:00.000Z", set: { state: "running" } } },
  { kind: "feedback.changed", project: null, data: { key: "f1", at: "2026-03-16T09:00:00.000Z", set: { state: "triaged" } } },
  { kind: "task.resumed", project: null, data: { key: "t1", at: "2026-03-16T09:30:00.000Z" } },
];

test("the server's tables are compared with the journal, and differences are reported", async () => {
  const a = await teamOf("verified");
  await recordAll(a, [...reviewDrafts(5), ...evals(), ...stores()]);
  expect(await a.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  const { sql } = stack();
  expect(await sql`select * from ai_sync.fact_errors where team_id = ${a.team}`).toHaveLength(0);
  const verify = async (): Promise<readonly string[]> =>
    (await verifyRemote(a.ports, new AbortController().signal)).map(({ message }) => message);
  expect(await verify()).toEqual([]);

  await sql`update ai_sync.reward_ledger set coin_tenths = coin_tenths + 1 where team_id = ${a.team}`;
  await sql`update ai_sync.eval_runs set passed = passed + 1 where team_id = ${a.team} and id = (select min(id::text)::uuid from ai_sync.eval_runs)`;
  await sql`delete from ai_sync.agent_rows where team_id = ${a.team} and store = 'memory'`;
  await sql`update ai_sync.agent_rows set cells = cells || '{"usd_micros": 1}' where team_id = ${a.team} and store = 'spend'`;
  const messages = await verify();
  expect(messages).toHaveLength(4);
  expect(messages.join("\n")).toMatch(
    /codex at .*\n.*agent_memory has nothing.*gives 1 row\n.*agent_spend has 1 row with a sum of 1,.*1234\n.*eval_runs has 6 rows/,
  );
  await sql`select ai_sync_private.rematerialise(${a.team})`;
  expect(await verify()).toEqual([]);
});

test("impossible amounts are treated the same by server and program", async () => {
  const a = await teamOf("impossible-amounts");
  const [run] = makeEvalHistory({ seed: 7, runs: 1, tests: 2 });
  const counts = { calls: 1, input_tokens: 1_000_000, output_tokens: 10 };
  const model = "claude-sonnet-4-6";
  const costs = [
    { ...counts, model },
    { ...counts, model, cost_usd: 0.5 },
    { ...counts, model, cost_usd: -0.5 },
    { ...counts, model, cost_usd: 1_000_000 },
    { ...counts, model, cost_usd: 1_000_000.5 },
    { ...counts, model, input_tokens: -1 },
    { ...counts, model, output_tokens: 2e12 },
    { ...counts, model, calls: 1e300 },
    { ...counts, model, service_tier: "batch" },
    { ...counts, model, service_tier: "standard", speed: null },
  ];
  const drafts = costs.map((cost, n) =>
    toEvalDraft(parseEval(JSON.stringify({ ...run, label: `run ${n}`, costs: [cost] }), "run.json"), {
      project: "acme/shop",
      source: "run.json",
      prices: referencePrices,
      now: new Date(0),
    }),
  );
  await recordAll(a, drafts);
  expect(await a.sync.run("both")).toMatchObject({ unsent: 0, problems: [] });
  expect((await verifyRemote(a.ports, new AbortController().signal)).map(({ message }) => message)).toEqual([]);
  const stored = await stack().sql`select exact, priced, estimated_cost_usd::float as usd from ai_sync.eval_costs c
    join ai_sync.eval_runs r on r.id = c.eval_run_id where r.team_id = ${a.team} order by r.label`;
  expect(stored.map(({ exact, priced, usd }) => [exact, priced, usd > 0])).toEqual([
    [false, true, true],
    [true, true, true],
    [false, false, false],
    [true, true, true],
    [false, false, false],
    [false, false, false],
    [false, false, false],
    [false, true, true],
    [false, false, false],
    [false, true, true],
  ]);
});

test("withheld facts are not a difference", async () => {
  const a = await teamOf("verified-in-part", { settings: { "sync.projects": ["acme/shop"] } });
  await recordAll(a, [...reviewDrafts(3), ...reviewDrafts(2, { project: "acme/secret" }), ...stores()]);
  expect(await a.sync.run("both")).toMatchObject({ unsent: 0 });
  expect((await verifyRemote(a.ports, new AbortController().signal)).map(({ message }) => message)).toEqual([]);
});
