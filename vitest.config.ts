import { defineConfig } from "vitest/config";

/** Suites that talk to a real PostgreSQL with Auth and PostgREST before it. */
const onSupabase = ["test/supabase/**/*.test.ts", "test/sync/remote/**/*.test.ts"];

/** Everything but the suites that drive a real VS Code, which have a configuration of their own. */
export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { TZ: "UTC", NO_COLOR: "1" },
    reporters: ["default"],
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["test/**/*.test.ts"], exclude: ["test/vscode/**", "node_modules/**", ...onSupabase] },
      },
      {
        extends: true,
        // Started once for the run, and only when a suite of this project runs.
        test: { name: "supabase", include: onSupabase, globalSetup: "test/supabase/stack/setup.ts" },
      },
    ],
  },
});
