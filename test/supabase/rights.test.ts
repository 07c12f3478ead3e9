import { expect, test } from "vitest";
import * as z from "zod";
import { useStack } from "./stack/suite.ts";
import { uuidFrom } from "./support/history.ts";

const stack = useStack();

const names = async (rows: PromiseLike<unknown>): Promise<readonly string[]> =>
  z
    .array(z.object({ name: z.string() }))
    .parse(await rows)
    .map(({ name }) => name);

test("every table has row-level security", async () => {
  const { sql } = stack();
  const tables = await names(
    sql`select relname as name from pg_class where relnamespace = 'ai_sync'::regnamespace and relkind in ('r', 'p')`,
  );
  expect(tables.length).toBeGreaterThan(10);
  expect(
    await names(
      sql`select relname as name from pg_class
        where relnamespace in ('ai_sync'::regnamespace, 'ai_sync_private'::regnamespace) and relkind in ('r', 'p') and not relrowsecurity`,
    ),
  ).toEqual([]);
});

test("a user who has not signed in can use nothing", async () => {
  const { sql } = stack();
  expect(
    await names(
      sql`select nspname as name from pg_namespace where nspname in ('ai_sync', 'ai_sync_private') and has_schema_privilege('anon', oid, 'usage, create')`,
    ),
  ).toEqual([]);
  expect(
    await names(
      sql`select relname as name from pg_class where relnamespace in ('ai_sync'::regnamespace, 'ai_sync_private'::regnamespace)
        and relkind in ('r', 'p', 'v', 'm')
        and (has_table_privilege('anon', oid, 'select, insert, update, delete, truncate, references, trigger')
          or has_any_column_privilege('anon', oid, 'select, insert, update, references'))`,
    ),
  ).toEqual([]);
  expect(
    await names(
      sql`select proname as name from pg_proc where pronamespace in ('ai_sync'::regnamespace, 'ai_sync_private'::regnamespace)
        and has_function_privilege('anon', oid, 'execute')`,
    ),
  ).toEqual([]);
});

test("no function resolves names through the caller's search path", async () => {
  const { sql } = stack();
  // A function whose body is in SQL's own syntax resolved its names when it was created.
  expect(
    await names(
      sql`select proname as name from pg_proc where pronamespace in ('ai_sync'::regnamespace, 'ai_sync_private'::regnamespace)
        and prosqlbody is null and not coalesce(proconfig @> array['search_path=""'], false)`,
    ),
  ).toEqual([]);
  expect(
    await names(
      sql`select proname as name from pg_proc where pronamespace in ('ai_sync'::regnamespace, 'ai_sync_private'::regnamespace)
        and prosecdef and not coalesce(proconfig @> array['search_path=""'], false)`,
    ),
  ).toEqual([]);
});

test("members may call only the internal functions that policies and indexes call", async () => {
  const { sql } = stack();
  expect(
    await names(
      sql`select proname as name from pg_proc where pronamespace = 'ai_sync_private'::regnamespace
        and has_function_privilege('authenticated', oid, 'execute') order by 1`,
    ),
  ).toEqual(["id_again", "my_devices", "my_fellows", "my_managed_teams", "my_teams"]);
});

test("a member reads the other members without recursion in the policy", async () => {
  const { sql, signUp, createTeam, addMember } = stack();
  const [ann, bob] = [await signUp("ann@example.com"), await signUp("bob@example.com")];
  const team = await createTeam(ann, "fellows");
  await addMember(ann, team, bob.email);
  const seen = await sql.begin(async (transaction) => {
    await transaction`select set_config('request.jwt.claims', ${JSON.stringify({ role: "authenticated", sub: bob.id })}, true),
      set_config('role', 'authenticated', true)`;
    return transaction`select user_id from ai_sync.team_members order by joined_at`;
  });
  expect(seen.map(({ user_id }) => z.string().parse(user_id)).sort()).toEqual([ann.id, bob.id].sort());
});

test("nobody changes or deletes a fact, not even the service role, and only the trigger writes fact tables", async () => {
  const { sql, signUp, createTeam } = stack();
  const ann = await signUp("owner@example.com");
  const team = await createTeam(ann, "kept");
  const device = uuidFrom("a device");
  await sql`insert into ai_sync.devices (team_id, id, user_id) values (${team}, ${device}, ${ann.id})`;
  await sql`insert into ai_sync.facts (team_id, device, seq, id, at, kind, data, hash)
    values (${team}, ${device}, 1, ${uuidFrom("a fact")}, now(), 'something.else', '{}', ${"f".repeat(64)})`;
  const runDenied = async (role: string, statement: string): Promise<string | undefined> => {
    const code = await sql
      .begin(async (transaction) => {
        await transaction`select set_config('request.jwt.claims', ${JSON.stringify({ role, sub: ann.id })}, true), set_config('role', ${role}, true)`;
        await transaction.unsafe(statement);
      })
      .then(
        () => "done",
        (error: unknown) => z.object({ code: z.string() }).parse(error).code,
      );
    return code === "42501" ? undefined : `${role}: ${statement}: ${code}`;
  };
  // The peer's tool writes to review_runs and reward_ledger with the service key.
  const typedTables = (
    await names(sql`select tablename as name from pg_tables where schemaname = 'ai_sync'
      and tablename not in ('teams', 'team_members', 'team_settings', 'profiles', 'devices', 'facts', 'sync_heartbeats')`)
  ).filter((name) => name !== "review_runs" && name !== "reward_ledger");
  const violations: (string | undefined)[] = [];
  for (const role of ["authenticated", "service_role"]) {
    for (const table of ["facts", ...typedTables]) {
      violations.push(await runDenied(role, `update ai_sync.${table} set team_id = team_id`));
      violations.push(await runDenied(role, `delete from ai_sync.${table}`));
      if (table !== "facts") violations.push(await runDenied(role, `insert into ai_sync.${table} (team_id) values ('${team}')`));
      violations.push(await runDenied(role, `truncate ai_sync.${table}`));
    }
  }
  expect(violations.filter((one) => one !== undefined)).toEqual([]);
});
