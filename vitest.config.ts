import { defineConfig } from "vitest/config";

/** Suites that talk to a real PostgreSQL with Auth and PostgREST before it. */
const onSupabase = ["test/supabase/**/*.test.ts", "test/sync/remote/**/*.test.ts"];

/** Everything but the suites that drive a real VS Code, which have a configuration of their own. */
export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    // They only end what hangs: a test that is slow because the machine is busy has to pass, so none has a limit of its own.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
    env: { TZ: "UTC", NO_COLOR: "1" },
    reporters: ["default"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/vscode/**", "node_modules/**", ...onSupabase],
          globalSetup: "test/support/build.ts",
        },
      },
      {
        extends: true,
        // Started once for the run, and only when a suite of this project runs.
        test: { name: "supabase", include: onSupabase, globalSetup: ["test/support/build.ts", "test/supabase/stack/setup.ts"] },
      },
    ],
  },
});
