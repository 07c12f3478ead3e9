import type postgres from "postgres";
import { expect, test } from "vitest";
import * as z from "zod";
import { kindFor } from "../../src/features/agent/model/kinds.ts";
import { allStores } from "../../src/features/agent/model/stores.ts";
import { sampleRow } from "../support/agent-rows.ts";
import { makeHistory } from "../support/fixtures.ts";
import { draftOf, resetDraft, undoDraft } from "../support/ledger-drafts.ts";
import { useStack } from "./stack/suite.ts";
import { uuidFrom } from "./support/history.ts";

const stack = useStack();

/** The sender of a request: its role, and the user that it names. */
type Actor = Readonly<{ name: string; role: "authenticated" | "anon"; user: string | null }>;

const operations = ["read", "insert", "update", "delete"] as const;
type Operation = (typeof operations)[number];

/** Thrown to roll back the transaction of an attempt. */
class Rollback extends Error {}

const sqlError = z.object({ code: z.string() });

/** Runs a statement as an actor and rolls it back. @returns the number of rows it reached; 0 also when a right was missing */
async function countReached(sql: postgres.Sql, actor: Actor, statement: string): Promise<number> {
  let rows = 0;
  try {
    await sql.begin(async (transaction) => {
      const claims = { role: actor.role, ...(actor.user === null ? {} : { sub: actor.user }) };
      await transaction.unsafe("select set_config('request.jwt.claims', $1, true)", [JSON.stringify(claims)]);
      await transaction.unsafe(`set local role ${actor.role}`);
      rows = (await transaction.unsafe(statement)).count;
      throw new Rollback();
    });
  } catch (error) {
    if (error instanceof Rollback) return rows;
    const code = sqlError.safeParse(error).data?.code;
    // Computed columns of a view cannot be written (0A000); PostgreSQL reports that before missing rights.
    if (code === "42501" || code === "0A000") return 0;
    // The policy allowed it; only the row itself was refused, because it exists already or is not valid.
    if (code?.startsWith("23") === true || code === "428C9") return 1;
    throw error;
  }
  return rows;
}

const names = z.array(z.object({ name: z.string() }));

/** Columns that a signed-in user may write; all columns if there is no such right, so that the table itself refuses. */
async function writableColumns(sql: postgres.Sql, table: string, privilege: "INSERT" | "UPDATE"): Promise<readonly string[]> {
  const granted = names.parse(
    await sql`select column_name as name from information_schema.column_privileges
      where table_schema = 'ai_sync' and table_name = ${table} and grantee = 'authenticated' and privilege_type = ${privilege}`,
  );
  const all = names.parse(
    await sql`select column_name as name from information_schema.columns where table_schema = 'ai_sync' and table_name = ${table}
      and is_generated = 'NEVER' and is_identity = 'NO'`,
  );
  return (granted.length > 0 ? granted : all).map(({ name }) => `"${name}"`);
}

/** Rows of the team in a table, in SQL. */
function teamRows(table: string, team: string, users: readonly string[]): string {
  if (table === "teams") return `id = '${team}'`;
  if (table === "profiles") return `user_id in (${users.map((user) => `'${user}'`).join(", ")})`;
  return `team_id = '${team}'`;
}

async function tryOperation(
  sql: postgres.Sql,
  actor: Actor,
  table: string,
  operation: Operation,
  where: string,
): Promise<number> {
  const name = `ai_sync."${table}"`;
  switch (operation) {
    case "read":
      return countReached(sql, actor, `select 1 from ${name} where ${where}`);
    case "insert": {
      const columns = (await writableColumns(sql, table, "INSERT")).join(", ");
      const [row] = await sql.unsafe(`select to_json(t)::text as row from ${name} t where ${where} limit 1`);
      const json = z.object({ row: z.string() }).parse(row).row.replaceAll("'", "''");
      const source = `json_populate_record(null::${name}, '${json}'::json)`;
      return countReached(sql, actor, `insert into ${name} (${columns}) select ${columns} from ${source}`);
    }
    case "update": {
      const [column = "team_id"] = await writableColumns(sql, table, "UPDATE");
      return countReached(sql, actor, `update ${name} set ${column} = ${column} where ${where}`);
    }
    case "delete":
      return countReached(sql, actor, `delete from ${name} where ${where}`);
    default:
      return operation satisfies never;
  }
}

type Users = Readonly<{ ann: string; bob: string }>;

/** Fills every table for a team. */
async function fillTeam(sql: postgres.Sql, team: string, { ann, bob }: Users): Promise<void> {
  // At least one row in every table: facts of each kind from the owner's device, an unreadable one, a setting, a heartbeat.
  const [annDevice, bobDevice] = [uuidFrom("ann's device"), uuidFrom("bob's device")];
  await sql`insert into ai_sync.devices (team_id, id, user_id, name) values (${team}, ${annDevice}, ${ann}, 'a'), (${team}, ${bobDevice}, ${bob}, 'b')`;
  const reset = uuidFrom("a reset");
  const evalRun = {
    run: {
      format: "standard",
      schema_version: 1,
      version: "1",
      git_branch: "main",
      git_sha: "abc",
      timestamp: "2026-03-01T08:00:00Z",
      tier: "e2e",
      total: 1,
      passed: 1,
      failed: 0,
      total_cost_usd: 0.1,
      total_duration_ms: 10,
      costs: [{ model: "m", calls: 1, input_tokens: 1, output_tokens: 1, cost_usd: 0.1 }],
      tests: [{ name: "t", passed: true }],
    },
    at: "2026-03-01T08:00:00.000Z",
    timestamp_given: true,
    content_sha256: "0".repeat(64),
    source: null,
    label: null,
    estimates: null,
  };
  const drafts = [
    ...makeHistory({ seed: 1, runs: 2 }).map((run) => draftOf(run)),
    resetDraft(null),
    undoDraft(reset),
    { kind: "eval.recorded", project: "acme/shop", data: evalRun },
    { kind: "eval.baseline", project: "acme/shop", data: { run: reset, pinned: true } },
    { kind: "intake.undone", project: null, data: { undo: uuidFrom("an undo"), batch: null, ids: [uuidFrom("fact none")] } },
    { kind: "intake.redone", project: null, data: { undo: uuidFrom("another undo") } },
    ...allStores.map((store) => ({ kind: kindFor(store, "add"), project: "acme/shop", data: { row: sampleRow(store) } })),
    { kind: "task.changed", project: null, data: { key: "t1", at: "2026-03-01T08:00:00.000Z", set: { state: "running" } } },
    { kind: "review.recorded", project: null, data: { agent: 7 } },
  ];
  for (const [index, { kind, project, data }] of drafts.entries()) {
    const id = kind === "review.reset" ? reset : uuidFrom(`fact ${index}`);
    await sql`insert into ai_sync.facts (team_id, device, seq, id, at, project, kind, data, prev, hash, user_id)
      values (${team}, ${annDevice}, ${index + 1}, ${id}, now(), ${project}, ${kind}, ${JSON.stringify(data)}::text::json, null, ${"f".repeat(64)}, ${ann})`;
  }
  await sql`insert into ai_sync.facts (team_id, device, seq, id, at, project, kind, data, prev, hash, user_id)
    values (${team}, ${bobDevice}, 1, ${uuidFrom("bob's fact")}, now(), null, 'something.else', '{}'::json, null, ${"e".repeat(64)}, ${bob})`;
  await sql`insert into ai_sync.team_resets (team_id, heads, user_id) values (${team}, '{}', ${ann})`;
  await sql`insert into ai_sync.team_settings (team_id, key, value) values (${team}, 'digest-enabled', 'true')`;
  await sql`insert into ai_sync.team_invitations (team_id, email, role) values (${team}, 'new@example.com', 'member')`;
  await sql`insert into ai_sync.sync_heartbeats (team_id, user_id, device, hostname) values (${team}, ${ann}, ${annDevice}, 'h')`;
}

/** The operations with which each actor reaches a team's rows in each table and view: one letter per operation, `-` if none. */
async function matrixOf(
  sql: postgres.Sql,
  team: string,
  { ann, bob }: Users,
  actors: readonly Actor[],
): Promise<Readonly<{ tables: readonly string[]; cell(table: string, actor: string): string }>> {
  const tables = names
    .parse(await sql`select table_name as name from information_schema.tables where table_schema = 'ai_sync' order by 1`)
    .map(({ name }) => name);
  const matrix = new Map<string, string>();
  for (const table of tables) {
    // The owner's rows, so that a member who writes one of them writes a row of somebody else.
    const where =
      table === "facts"
        ? `team_id = '${team}' and device = '${uuidFrom("ann's device")}'`
        : teamRows(table, team, table === "profiles" ? [ann] : [ann, bob]);
    const [rowCount] = z
      .array(z.object({ n: z.coerce.number() }))
      .parse(await sql.unsafe(`select count(*) as n from ai_sync."${table}" where ${where}`));
    expect(rowCount?.n, `${table} has a row to try for`).toBeGreaterThan(0);
    for (const actor of actors) {
      let allowed = "";
      for (const operation of operations)
        allowed += (await tryOperation(sql, actor, table, operation, where)) > 0 ? operation.charAt(0) : "-";
      matrix.set(`${table} ${actor.name}`, allowed);
    }
  }
  return { tables, cell: (table, actor) => matrix.get(`${table} ${actor}`) ?? "" };
}

test("no row of a team is visible or writable to strangers, and members write only their own rows", async () => {
  const { sql, signUp, createTeam, addMember } = stack();
  const [ann, bob, eve, nobody] = await Promise.all(["ann", "bob", "eve", "nobody"].map((name) => signUp(`${name}@example.com`)));
  if (ann === undefined || bob === undefined || eve === undefined || nobody === undefined) throw new Error("nobody signed up");
  const team = await createTeam(ann, "ours");
  await addMember(ann, team, "bob@example.com");
  await createTeam(eve, "theirs");

  const users = { ann: ann.id, bob: bob.id };
  await fillTeam(sql, team, users);
  const actors: readonly Actor[] = [
    { name: "owner", role: "authenticated", user: ann.id },
    { name: "member", role: "authenticated", user: bob.id },
    { name: "other team", role: "authenticated", user: eve.id },
    { name: "no team", role: "authenticated", user: nobody.id },
    { name: "anon", role: "anon", user: null },
  ];
  const { tables, cell } = await matrixOf(sql, team, users, actors);
  const lines = tables.map((table) => [table.padEnd(26), ...actors.map(({ name }) => cell(table, name).padEnd(10))].join("  "));
  console.log(
    [
      ["r read, i insert, u update, d delete".padEnd(26)].join(""),
      ["".padEnd(26), ...actors.map(({ name }) => name.padEnd(10))].join("  "),
      ...lines,
    ].join("\n"),
  );

  for (const table of tables)
    for (const stranger of ["other team", "no team", "anon"]) expect(`${table}: ${cell(table, stranger)}`).toBe(`${table}: ----`);
  const writes = Object.fromEntries(
    tables.flatMap((table) =>
      cell(table, "owner") === "r---" && cell(table, "member") === "r---"
        ? []
        : [[table, [cell(table, "owner"), cell(table, "member")]]],
    ),
  );
  // Settings are for owners and admins. Owners add facts of their devices, send heartbeats, keep settings, see invitations and
  // choose their name. A member cannot add facts or heartbeats of another user's device.
  expect(writes).toEqual({
    facts: ["ri--", "r---"],
    profiles: ["r-u-", "r---"],
    sync_heartbeats: ["ri--", "r---"],
    team_invitations: ["r---", "----"],
    team_settings: ["riud", "----"],
  });
});
