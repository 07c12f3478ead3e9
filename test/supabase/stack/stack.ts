import { randomBytes } from "node:crypto";
import type postgres from "postgres";
import * as z from "zod";
import type { FaultPlan } from "./faults.ts";
import { type Limits, usualLimits, withGateway } from "./gateway.ts";
import { serveHttp } from "./http.ts";
import { serveDatabase, stackKeys } from "./lite.ts";
import { type PostgresOptions, type PostgresServer, startPostgres } from "./postgres.ts";
import { connect, copyDatabase, migratedProject, prepareTemplates } from "./template.ts";
import { callAs, type StackUser, signUp } from "./users.ts";

/** A Supabase project of its own: database with all migrations, Auth and PostgREST at one address. */
export type Stack = Readonly<{
  url: string;
  anonKey: string;
  serviceKey: string;
  /** The database, as the superuser. */
  sql: postgres.Sql;
  /** Signs a user up; the password is the same for all unless given. */
  signUp(email: string, password?: string): Promise<StackUser>;
  /** Creates a team owned by a user. Returns its id. */
  createTeam(owner: StackUser, slug: string, name?: string): Promise<string>;
  /** Invites a user who signed up here to a team, as an owner or admin of the team, and accepts as the user. */
  addMember(by: StackUser, team: string, email: string, role?: "owner" | "admin" | "member"): Promise<void>;
  /** Texts of the mails that Auth has sent to an address, oldest first. */
  mails(to: string): readonly string[];
  /** Makes requests fail by a plan; without a plan, all requests pass. */
  setFaults(plan?: FaultPlan): void;
  /** Replaces some of the usual limits; without an argument, restores all of them. */
  setLimits(limits?: Partial<Limits>): void;
  /** The address refuses connections until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Closes the project; its database is deleted with the server. */
  close(): Promise<void>;
}>;

/** Opens a project of its own on a server whose templates are prepared. */
export async function openStack(server: PostgresServer, template: string = migratedProject): Promise<Stack> {
  const database = `stack_${randomBytes(6).toString("hex")}`;
  const admin = connect(server, "postgres");
  await copyDatabase(admin, template, database);
  await admin.end();
  const sql = connect(server, database);
  const apps = serveDatabase(server, database);
  let limits = usualLimits;
  const http = await serveHttp(withGateway(apps.handle, () => limits));
  const users = new Map<string, StackUser>();
  return {
    url: http.url,
    anonKey: stackKeys.anon,
    serviceKey: stackKeys.service,
    sql,
    async signUp(email, password) {
      const user = await signUp(http.url, email, password);
      users.set(email, user);
      return user;
    },
    createTeam: async (owner, slug, name = slug) => z.uuid().parse(await callAs(http.url, owner, "create_team", { slug, name })),
    addMember: async (by, team, email, role = "member") => {
      const invited = users.get(email);
      if (invited === undefined) throw new Error(`${email} has not signed up`);
      await callAs(http.url, by, "add_member", { team, email, role });
      const [found] = await sql`select slug from ai_sync.teams where id = ${team}`;
      await callAs(http.url, invited, "accept_invitation", { slug: z.object({ slug: z.string() }).parse(found).slug });
    },
    mails: apps.mails,
    setFaults: http.setFaults,
    setLimits: (overrides = {}) => {
      limits = { ...usualLimits, ...overrides };
    },
    down: http.down,
    up: http.up,
    async close() {
      await http.down();
      await apps.close();
      await sql.end();
    },
  };
}

/** A server and one project on it, for a standalone program. `close` ends both. */
export async function startStack(options?: PostgresOptions): Promise<Stack> {
  const server = await startPostgres(options);
  await prepareTemplates(server);
  const stack = await openStack(server);
  return {
    ...stack,
    async close() {
      await stack.close();
      await server.stop();
    },
  };
}
