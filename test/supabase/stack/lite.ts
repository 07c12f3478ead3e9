import { App, InMemoryEmailDriver } from "@supabase/lite";
import { PostgresConnection } from "@supabase/lite/postgres";
import { type PostgresServer, superuser } from "./postgres.ts";

/** Keys of the stack: those that clients send as `apikey`, and the one that signs tokens. */
export const stackKeys = {
  anon: "sb_publishable_reward_ledger_tests",
  service: "sb_secret_reward_ledger_tests",
  jwtSecret: "a secret of the tests that signs tokens and opens nothing else",
} as const;

const auth = {
  enabled: true,
  jwt_secret: stackKeys.jwtSecret,
  publishable_key: stackKeys.anon,
  secret_key: stackKeys.service,
  email: { enable_signup: true, enable_confirmations: false },
} as const;

/** Auth, as the role that owns its tables. */
const authApp = (server: PostgresServer, database: string, email = new InMemoryEmailDriver()): App =>
  new App({
    connection: new PostgresConnection({ url: server.url(superuser, database), postgresOptions: { max: 4, onnotice: () => {} } }),
    auth,
    options: { drivers: { email }, server: { disableStudio: true } },
  });

/** REST, as the role that may only switch to another role, so that a missing GRANT shows. */
const restApp = (server: PostgresServer, database: string): App =>
  new App({
    connection: new PostgresConnection({
      url: server.url("authenticator", database),
      postgresOptions: { max: 8, onnotice: () => {} },
    }),
    auth,
    api: { schemas: ["public", "ai_sync"], max_rows: 1000 },
    options: { server: { disableStudio: true } },
  });

/** Creates the schema `auth` with its tables in a database that has none. */
export async function createAuthSchema(server: PostgresServer, database: string): Promise<void> {
  const app = authApp(server, database);
  await app.ensureSystemSchema();
  await app.connection.close();
}

/** PostgREST and Auth on one database, as one web-standard handler. */
export function serveDatabase(
  server: PostgresServer,
  database: string,
): Readonly<{ handle(request: Request): Promise<Response>; mails(to: string): readonly string[]; close(): Promise<void> }> {
  const email = new InMemoryEmailDriver();
  const [signIn, rest] = [authApp(server, database, email), restApp(server, database)];
  return {
    mails: (to) => [...email.messages.values()].flat().flatMap((mail) => (mail.to === to ? [mail.text ?? mail.html ?? ""] : [])),
    async handle(request) {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith("/auth/v1/")) return signIn.fetch(request);
      if (pathname.startsWith("/rest/v1/")) return rest.fetch(request);
      return new Response(null, { status: 404 });
    },
    async close() {
      await Promise.all([signIn.connection.close(), rest.connection.close()]);
    },
  };
}
