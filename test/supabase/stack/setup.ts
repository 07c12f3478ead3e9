import type { TestProject } from "vitest/node";
import { startPostgres } from "./postgres.ts";
import { prepareTemplates } from "./template.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Port of the run's PostgreSQL server. */
    postgresPort: number;
  }
}

/** One PostgreSQL server for all suites of a run; each suite opens a database of its own on it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  await prepareTemplates(server);
  project.provide("postgresPort", server.port);
  return () => server.stop();
}
