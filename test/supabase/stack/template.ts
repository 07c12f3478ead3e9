import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { createAuthSchema } from "./lite.ts";
import { type PostgresServer, superuser } from "./postgres.ts";

/** A database as an empty Supabase project has it: roles and schema `auth`, no migration applied. */
export const emptyProject = "empty_project";
/** The same with all migrations applied. */
export const migratedProject = "migrated_project";

const migrationsFolder = join(import.meta.dirname, "../../../supabase/migrations");

/** Every migration, in order. */
export const migrations = (): readonly Readonly<{ name: string; sql: string }>[] =>
  readdirSync(migrationsFolder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => ({ name, sql: readFileSync(join(migrationsFolder, name), "utf8") }));

/** Opens a database as a role; notices are not printed. Close with `end()`. */
export const connect = (server: PostgresServer, database: string, role: string = superuser): postgres.Sql =>
  postgres(server.url(role, database), { max: 4, onnotice: () => {} });

/** Applies every migration, each in one transaction, as the Supabase CLI does. @throws naming the migration that failed */
export async function migrate(sql: postgres.Sql, pending = migrations()): Promise<void> {
  for (const migration of pending) {
    await sql
      .begin((transaction) => transaction.unsafe(migration.sql))
      .catch((cause: unknown) => {
        throw new Error(`${migration.name}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
      });
  }
}

/**
 * The roles of a Supabase project. From PostgreSQL 16 on a member inherits only when the grant says so; the HTTP layer relies on
 * the authenticator inheriting.
 */
const roles = `
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
  create role authenticator login noinherit;
  grant anon, authenticated, service_role to authenticator with inherit true;
`;

/** The helpers of schema `auth` as in Supabase: claims come from one setting or, in the older form, from one setting each. */
const authHelpers = `
  create or replace function auth.uid() returns uuid language sql stable as $$
    select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''),
                    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid
  $$;
  create or replace function auth.role() returns text language sql stable as $$
    select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''),
                    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')::text
  $$;
  create or replace function auth.jwt() returns jsonb language sql stable as $$
    select coalesce(nullif(current_setting('request.jwt.claim', true), ''),
                    nullif(current_setting('request.jwt.claims', true), ''))::jsonb
  $$;
  grant usage on schema auth to anon, authenticated, service_role;
  grant select on all tables in schema auth to authenticator;
`;

/** Creates the two databases that suites copy. */
export async function prepareTemplates(server: PostgresServer): Promise<void> {
  const admin = connect(server, "postgres");
  await admin.unsafe(roles);
  await admin.unsafe(`create database ${emptyProject}`);
  await createAuthSchema(server, emptyProject);
  const empty = connect(server, emptyProject);
  await empty.unsafe(authHelpers);
  await empty.end();
  await copyDatabase(admin, emptyProject, migratedProject);
  const migrated = connect(server, migratedProject);
  await migrate(migrated);
  await migrated.end();
  await admin.end();
}

/** Copies a database, to which nobody may be connected. Both names come from this program. */
export async function copyDatabase(admin: postgres.Sql, from: string, to: string): Promise<void> {
  await admin.unsafe(`create database ${to} template ${from}`);
}
