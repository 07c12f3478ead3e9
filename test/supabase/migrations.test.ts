import { isDeepStrictEqual } from "node:util";
import type postgres from "postgres";
import { expect, test } from "vitest";
import * as z from "zod";
import { makeHistory } from "../support/fixtures.ts";
import { draftOf } from "../support/ledger-drafts.ts";
import type { Stack } from "./stack/stack.ts";
import { useStack } from "./stack/suite.ts";
import { emptyProject, migrate, migrations } from "./stack/template.ts";
import { readCatalog, rowCounts } from "./support/catalog.ts";
import { uuidFrom } from "./support/history.ts";
import { insertDevices, insertFacts, insertTeams } from "./support/insert.ts";

const freshStack = useStack(emptyProject);
const usedStack = useStack();
const sharedStack = useStack(emptyProject);
const olderStack = useStack(emptyProject);
const partialStack = useStack(emptyProject);

/** A team with a device and runs of one agent. */
async function fillTeam({ sql }: Stack, runs: number): Promise<string> {
  const team = uuidFrom("a team");
  const facts = makeHistory({ seed: 4, runs, agents: ["codex"] }).map((run, n) => ({
    team,
    fact: {
      id: uuidFrom(`fact ${n}`),
      at: new Date(Date.parse("2026-06-01T00:00:00.000Z") + n).toISOString(),
      device: uuidFrom("a device"),
      seq: n + 1,
      ...draftOf(run),
      prev: null,
      hash: "f".repeat(64),
    },
  }));
  await insertTeams(sql, [team]);
  await insertDevices(sql, facts);
  await insertFacts(sql, facts);
  return team;
}

test("the migrations run on an empty database and produce the same schema as the template", async () => {
  expect(await readCatalog(freshStack().sql)).toEqual([]);
  await migrate(freshStack().sql);
  expect(await readCatalog(freshStack().sql)).toEqual(await readCatalog(usedStack().sql));
  expect(Object.values(await rowCounts(freshStack().sql)).every((count) => count === 0)).toBe(true);
  // As supabase/README.md states, everything can be removed and created again.
  await freshStack().sql.unsafe("drop schema ai_sync_private cascade; drop schema ai_sync cascade;");
  expect(await readCatalog(freshStack().sql)).toEqual([]);
  await migrate(freshStack().sql);
  expect(await readCatalog(freshStack().sql)).toEqual(await readCatalog(usedStack().sql));
});

test("a second run on a database in use changes nothing, and the database keeps working", async () => {
  const { sql } = usedStack();
  const team = await fillTeam(usedStack(), 7);
  const before = [await readCatalog(sql), await rowCounts(sql), await sql`select * from ai_sync.reward_ledger`];
  await migrate(sql);
  expect([await readCatalog(sql), await rowCounts(sql), await sql`select * from ai_sync.reward_ledger`]).toEqual(before);
  await sql`delete from ai_sync.teams where id = ${team}`;
  const rowsLeft = await rowCounts(sql);
  expect(Object.entries(rowsLeft).filter(([, count]) => count > 0)).toEqual([]);
});

test("any missing migration is named", async () => {
  const { sql } = partialStack();
  const fullCatalog = await readCatalog(usedStack().sql);
  const all = migrations();
  const names = all.map(({ name }) => name);
  const [detected, madeLater]: [string[], string[]] = [[], []];
  const undo = new Error("undo");
  const apply = async (transaction: postgres.TransactionSql, name: string): Promise<void> => {
    const text = all.find((one) => one.name === name)?.sql ?? "";
    // A file that needs the one that was left out fails, and is left out as well.
    await transaction.savepoint((inner) => inner.unsafe(text)).catch(() => []);
  };
  await sql.begin(async (transaction) => {
    for (const [index, { name }] of all.entries()) {
      await transaction
        .savepoint(async (attempt) => {
          for (const later of all.slice(index + 1)) await apply(attempt, later.name);
          const [found] = await attempt`select to_regproc('ai_sync.migrations') is not null as lists`;
          const [listed] = found?.["lists"] ? await attempt`select ai_sync.migrations() as numbers` : [];
          const numbers = z.array(z.string()).parse(listed?.["numbers"] ?? []);
          if (!numbers.includes(name.slice(0, 14))) detected.push(name);
          else if (isDeepStrictEqual(await readCatalog(attempt), fullCatalog)) madeLater.push(name);
          throw undo;
        })
        .catch((error: unknown) => {
          if (error !== undo) throw error;
        });
      await apply(transaction, name);
    }
    const [listed] = await transaction`select ai_sync.migrations() as numbers`;
    expect(listed).toEqual({ numbers: names.map((name) => name.slice(0, 14)) });
  });
  // A later file creates everything in these files again, so that nothing is missing without them.
  expect(madeLater).toEqual(["20261121000800_totals.sql", "20261128000700_assurance.sql"]);
  expect([...detected, ...madeLater].sort()).toEqual(names);
});

/** The tables of the specfact review tool, as its own DDL makes them, and two that belong to others. */
const peers = `
  create extension if not exists pgcrypto;
  create schema if not exists ai_sync;
  create table ai_sync.review_runs (
    id uuid primary key default gen_random_uuid(), session_id text not null, issue_number integer,
    agent text not null default 'claude-code', changed_files text[] not null default '{}',
    score integer not null check (score between 0 and 120), reward_delta integer not null,
    verdict text not null check (verdict in ('PASS', 'PASS_WITH_ADVISORY', 'FAIL')),
    findings_json jsonb not null default '[]', house_rules_ver integer not null default 1,
    created_at timestamptz not null default timezone('utc', now())
  );
  create index review_runs_agent_created_at_idx on ai_sync.review_runs (agent, created_at desc);
  create table ai_sync.reward_ledger (
    id uuid primary key default gen_random_uuid(), agent text not null, session_id text,
    cumulative_coins numeric(10, 2) not null default 0, last_delta integer,
    last_verdict text check (last_verdict in ('PASS', 'PASS_WITH_ADVISORY', 'FAIL')),
    streak_pass integer not null default 0 check (streak_pass >= 0), streak_block integer not null default 0 check (streak_block >= 0),
    updated_at timestamptz not null default timezone('utc', now())
  );
  create index reward_ledger_agent_updated_at_idx on ai_sync.reward_ledger (agent, updated_at desc);
  create table ai_sync.coding_run_logs (id bigint generated always as identity primary key, line text);
  create table ai_sync.active_runs (id bigint generated always as identity primary key, agent text);
  insert into ai_sync.review_runs (session_id, agent, score, reward_delta, verdict) values
    ('r1', 'codex', 85, 5, 'PASS'), ('r1', 'codex', 85, 5, 'PASS'), ('r2', 'codex', 40, -40, 'FAIL');
  insert into ai_sync.reward_ledger (agent, session_id, cumulative_coins, last_delta, last_verdict, streak_pass) values
    ('codex', 'r1', 0.5, 5, 'PASS', 1), ('codex', 'r1', 1.0, 5, 'PASS', 2);
  insert into ai_sync.coding_run_logs (line) values ('a line');
  insert into ai_sync.active_runs (agent) values ('codex'), ('claude-code');
`;

test("they run on a database with the peers' tables: rows are kept, columns added, and both keep working", async () => {
  const { sql } = sharedStack();
  await sql.unsafe(peers);
  const peerRuns = () =>
    sql`select id, session_id, issue_number, agent, changed_files, score, reward_delta, verdict, findings_json, house_rules_ver, created_at
      from ai_sync.review_runs where team_id is null order by id`;
  const peerLedger = () =>
    sql`select id, agent, session_id, cumulative_coins, last_delta, last_verdict, streak_pass, streak_block, updated_at
      from ai_sync.reward_ledger where team_id is null order by id`;
  const [runs, ledger] = [
    await sql`select * from ai_sync.review_runs order by id`,
    await sql`select * from ai_sync.reward_ledger order by id`,
  ];
  await migrate(sql);
  await migrate(sql);
  expect([...(await peerRuns())]).toEqual([...runs]);
  expect([...(await peerLedger())]).toEqual([...ledger]);
  expect(await rowCounts(sql)).toMatchObject({ review_runs: 3, reward_ledger: 2, coding_run_logs: 1, active_runs: 2 });

  const team = await fillTeam(sharedStack(), 9);
  expect(await sql`select runs, agent from ai_sync.reward_ledger where team_id = ${team}`).toEqual([{ runs: 9, agent: "codex" }]);
  expect([...(await peerLedger())]).toEqual([...ledger]);
  // The peer still writes with the service key; members see none of its rows.
  await sql.begin(async (transaction) => {
    await transaction`set local role service_role`;
    await transaction`insert into ai_sync.review_runs (session_id, agent, score, reward_delta, verdict) values ('r3', 'codex', 85, 5, 'PASS')`;
    await transaction`insert into ai_sync.reward_ledger (agent, session_id, cumulative_coins) values ('codex', 'r3', 1.5)`;
  });
  expect([(await peerRuns()).length, (await peerLedger()).length]).toEqual([4, 3]);
  const user = await sharedStack().signUp("member@example.com");
  await sql`insert into ai_sync.team_members (team_id, user_id) values (${team}, ${user.id})`;
  await sql.begin(async (transaction) => {
    await transaction`select set_config('request.jwt.claims', ${JSON.stringify({ role: "authenticated", sub: user.id })}, true),
      set_config('role', 'authenticated', true)`;
    expect(await transaction`select * from ai_sync.review_runs where team_id is null`).toHaveLength(0);
    expect(await transaction`select * from ai_sync.reward_ledger where team_id is null`).toHaveLength(0);
    expect(await transaction`select * from ai_sync.review_runs`).toHaveLength(9);
  });
});

test("they run on a database with rows that are rejected today: rows stay, typed tables omit them", async () => {
  const { sql } = olderStack();
  await migrate(
    sql,
    migrations().filter(({ name }) => name.startsWith("20261121")),
  );
  const team = await fillTeam(olderStack(), 7);
  const device = uuidFrom("a device of old");
  await sql`insert into ai_sync.devices (team_id, id, name) values (${team}, ${device}, ${"n".repeat(300)})`;
  const spend = { occurred_at: "2026-03-16T08:00:00.000Z", call_site: "plan", model: "m", input_tokens: 1, output_tokens: 1 };
  const assured = (run_id: string, assurance_status: string, stated: object = {}): unknown => ({
    agent: "assured",
    changed_files: [],
    report: { run_id, timestamp: "2026-05-01T00:00:00.000Z", score: 115, findings: [], assurance_status, ...stated },
  });
  const rows: readonly (readonly [seq: number, at: string, kind: string, data: unknown])[] = [
    [1, "2026-06-01", "spend.added", { row: { ...spend, id: "s1", usd_micros: 7 } }],
    [2, "2026-06-01", "spend.added", { row: { ...spend, id: "s2", usd_micros: [1, 2] } }],
    [3, "infinity", "review.reset", { agent: null }],
    [4, "0044-03-15 BC", "something.later", {}],
    [5, "2026-06-01", "review.reset", [{ agent: null }]],
    [6, "2026-06-01", "review.recorded", assured("a", "UNKNOWN")],
    [7, "2026-06-01", "review.recorded", assured("b", "PARTIAL")],
    [8, "2026-06-01", "review.recorded", assured("c", "PARTIAL", { stated_verdict: "PASS" })],
    [100_000_000_000, "2026-06-01", "something.later", "text"],
  ];
  for (const [seq, at, kind, data] of rows)
    await sql`insert into ai_sync.facts (team_id, device, seq, id, at, kind, data, hash)
      values (${team}, ${device}, ${seq}, ${uuidFrom(`old ${seq}`)}, ${at}::text::timestamptz, ${kind}, ${JSON.stringify(data)}::text::jsonb, ${"F".repeat(64)})`;
  await expect(sql`select * from ai_sync.agent_spend`).rejects.toThrow();
  await migrate(sql);

  expect(await sql`select count(*)::int as kept from ai_sync.facts where device = ${device}`).toEqual([{ kept: rows.length }]);
  const readErrors = () => sql`select seq::text from ai_sync.fact_errors where device = ${device} order by fact_errors.seq`;
  expect((await readErrors()).map(({ seq }) => seq)).toEqual(["2", "3", "4", "5", "100000000000"]);
  expect(await sql`select id, usd_micros::int from ai_sync.agent_spend`).toEqual([{ id: "s1", usd_micros: 7 }]);
  expect(await sql`select runs from ai_sync.reward_ledger where team_id = ${team} and agent = 'codex'`).toEqual([{ runs: 7 }]);
  // Before the migration, runs with an assurance status were judged without considering it.
  expect(
    await sql`select session_id, verdict, reward_delta from ai_sync.review_runs where agent = 'assured' order by session_id`,
  ).toEqual([
    { session_id: "a", verdict: "FAIL", reward_delta: 0 },
    { session_id: "b", verdict: "FAIL", reward_delta: 0 },
    { session_id: "c", verdict: "PASS", reward_delta: 35 },
  ]);
  expect(await sql`select runs, cumulative_coins from ai_sync.reward_ledger where agent = 'assured'`).toEqual([
    { runs: 3, cumulative_coins: "3.50" },
  ]);
  const before = [await readCatalog(sql), await rowCounts(sql), await readErrors()];
  await migrate(sql);
  expect([await readCatalog(sql), await rowCounts(sql), await readErrors()]).toEqual(before);
});
