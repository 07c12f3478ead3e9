import fc from "fast-check";
import { expect, test } from "vitest";
import * as z from "zod";
import { sqlKinds, toSqlStore, viewColumns } from "../../scripts/stores/supabase.ts";
import type { Row } from "../../src/features/agent/model/column-types.ts";
import { foldStores } from "../../src/features/agent/model/fold-rows.ts";
import { agentKinds } from "../../src/features/agent/model/kinds.ts";
import { type PlacedChange, placeChange } from "../../src/features/agent/model/placed-change.ts";
import { keyOf } from "../../src/features/agent/model/store.ts";
import { allStores } from "../../src/features/agent/model/stores.ts";
import type { Fact } from "../../src/kernel/fact.ts";
import { histories } from "../support/agent-facts.ts";
import { useStack } from "./stack/suite.ts";
import { uuidFrom } from "./support/history.ts";
import { inLogOrder, insertDevices, insertFacts, insertTeams } from "./support/insert.ts";

const stack = useStack();

test("the database has the stores as the program defines them", async () => {
  const { sql } = stack();
  const expected = allStores.map(toSqlStore);
  const stored = z
    .array(z.looseObject({ store: z.string(), checks: z.string() }))
    .parse(await sql`select * from ai_sync_private.agent_stores order by store`);
  const expectedTables = await Promise.all(
    expected
      .toSorted((a, b) => (a.store < b.store ? -1 : 1))
      .map(async (one) => {
        const [path] = await sql`select ${one.checks}::text::jsonpath::text as checks`;
        return { ...one, checks: z.object({ checks: z.string() }).parse(path).checks };
      }),
  );
  expect(stored).toEqual(expectedTables);
  expect([...(await sql`select kind, store, op from ai_sync_private.agent_kinds order by kind`)]).toEqual(sqlKinds);
  for (const store of allStores) {
    const columns = await sql`select column_name, data_type from information_schema.columns
      where table_schema = 'ai_sync' and table_name = ${`agent_${store.name}`} and ordinal_position > 3 order by ordinal_position`;
    expect(columns.map((one) => [one["column_name"], one["data_type"]])).toEqual(viewColumns(store));
    // A view applies the policies of the user who queries it, and is read-only.
    expect([...(await sql`select reloptions from pg_class where oid = ${`ai_sync.agent_${store.name}`}::regclass`)]).toEqual([
      { reloptions: ["security_invoker=true"] },
    ]);
    const rights = await sql`select grantee || ' ' || privilege_type as held from information_schema.role_table_grants
      where table_schema = 'ai_sync' and table_name = ${`agent_${store.name}`} and grantee <> grantor order by 1`;
    expect(rights.map(({ held }) => held)).toEqual(["authenticated SELECT", "service_role SELECT"]);
  }
  const policies = await sql`select tablename, policyname, cmd, roles::text, with_check from pg_policies
    where schemaname = 'ai_sync' and tablename in ('agent_rows', 'agent_changes') order by 1`;
  const members = { policyname: "members read", cmd: "SELECT", roles: "{authenticated}", with_check: null };
  expect([...policies]).toEqual([
    { tablename: "agent_changes", ...members },
    { tablename: "agent_rows", ...members },
  ]);
});

const jsonLists = new Set(["notes_json"]);

/** A row without its nulls; lists that the program writes as JSON text are compared by content. */
const comparable = (row: Row): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, cell]) =>
      cell === null ? [] : [[name, jsonLists.has(name) ? JSON.parse(String(cell)) : cell]],
    ),
  );

type Tables = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The rows of all stores by the program's fold. */
function foldTables(facts: readonly Fact[]): Tables {
  const changes = facts.flatMap((fact): readonly PlacedChange[] => {
    const read = agentKinds.get(fact.kind)?.read(fact.data);
    return read?.ok ? [placeChange({ ...fact, ...read.content })] : [];
  });
  return Object.fromEntries(
    [...foldStores(changes)].flatMap(([store, rows]) =>
      rows.size === 0 ? [] : [[store, Object.fromEntries([...rows].map(([key, row]) => [key, comparable(row)]))]],
    ),
  );
}

const viewRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** The rows of all stores, as their views show them. */
async function readTables(team: string): Promise<Tables> {
  const { sql } = stack();
  const tables: Record<string, Record<string, unknown>> = {};
  for (const store of allStores) {
    const rows = z.array(z.object({ row: viewRow })).parse(
      await sql`select to_jsonb(v) - array['team_id', 'fact_id', 'user_id'] as row
          from ${sql("ai_sync")}.${sql(`agent_${store.name}`)} v where team_id = ${team}`,
    );
    if (rows.length > 0) tables[store.name] = Object.fromEntries(rows.map(({ row }) => [keyOf(store, row), comparable(row)]));
  }
  return tables;
}

test("tables and program agree on 300 random store histories, in any order of arrival", async () => {
  const { sql } = stack();
  const arrivals = fc.record({
    logs: histories,
    order: fc.array(fc.integer(), { minLength: 60, maxLength: 60 }),
    cut: fc.constantFrom(1, 3, 8, 100),
    inOrder: fc.boolean(),
  });
  const all = fc.sample(arrivals, { numRuns: 300, seed: 20_261_121 }).map(({ logs, order, cut, inOrder }, n) => {
    const facts = logs.flatMap((log) => log.map(({ fact }) => fact));
    const places = new Map(facts.map((fact, index) => [fact, inOrder ? Date.parse(fact.at) : (order[index] ?? 0)]));
    const arrival = inLogOrder(facts.toSorted((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0)));
    const batches = Array.from({ length: Math.ceil(arrival.length / cut) }, (_, part) =>
      arrival.slice(part * cut, (part + 1) * cut),
    );
    return { team: uuidFrom(`agents ${n}`), facts, batches };
  });
  await insertTeams(
    sql,
    all.map(({ team }) => team),
  );
  await insertDevices(
    sql,
    all.flatMap(({ team, facts }) => facts.map((fact) => ({ team, fact }))),
  );
  for (let n = 0; n < Math.max(...all.map(({ batches }) => batches.length)); n++) {
    await insertFacts(
      sql,
      all.flatMap(({ team, batches }) => (batches[n] ?? []).map((fact) => ({ team, fact }))),
    );
  }
  let rows = 0;
  for (const [n, { team, facts }] of all.entries()) {
    const tables = await readTables(team);
    expect(tables, `history ${n}`).toEqual(foldTables(facts));
    rows += Object.values(tables).reduce((sum, table) => sum + Object.keys(table).length, 0);
  }
  // The random histories cover the cases that they are meant for.
  expect(rows).toBeGreaterThan(1000);
  const [changed] = await sql`select count(distinct (team_id, store, key))::int as rows from ai_sync.agent_changes`;
  expect(z.object({ rows: z.number() }).parse(changed).rows).toBeGreaterThan(500);

  const [first] = all;
  if (first === undefined) throw new Error("there is no history");
  await sql`select ai_sync_private.rematerialise(${first.team})`;
  expect(await readTables(first.team)).toEqual(foldTables(first.facts));
});

test("each change of a row costs the server the same, however many changes preceded it", async () => {
  const { sql } = stack();
  const [team, device] = [uuidFrom("a row that changes often"), uuidFrom("its device")];
  const fact = (seq: number, kind: string, data: Fact["data"]): Fact => ({
    id: uuidFrom(`often ${seq}`),
    at: new Date(Date.UTC(2026, 5, 1) + seq).toISOString(),
    device,
    seq,
    project: null,
    kind,
    data,
    prev: null,
    hash: "f".repeat(64),
  });
  const added = fact(1, "task.added", {
    row: { id: "t", created_at: "2026-06-01T00:00:00.000Z", inputs_json: "{}", loop_version: 1 },
  });
  const changes = Array.from({ length: 60 }, (_, n) =>
    fact(n + 2, "task.changed", { key: "t", at: "2026-06-01T00:00:00.000Z", set: { priority: n } }),
  );
  await insertTeams(sql, [team]);
  await insertDevices(sql, [{ team, fact: added }]);
  const calls = await sql.begin(async (transaction) => {
    await transaction`set local track_functions = 'all'`;
    for (const one of [added, ...changes]) await insertFacts(transaction, [{ team, fact: one }]);
    const [counted] = await transaction`select calls::int from pg_stat_xact_user_functions where funcname = 'changed_row'`;
    return z.object({ calls: z.number() }).parse(counted).calls;
  });
  expect(calls).toBe(changes.length);
  expect(await readTables(team)).toEqual(foldTables([added, ...changes]));
});
