import { defineConfig } from "vitest/config";

/** Everything but the suites that drive a real VS Code, which have a configuration of their own. */
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/vscode/**", "node_modules/**"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { TZ: "UTC", NO_COLOR: "1" },
    reporters: ["default"],
  },
});
