import { defineConfig } from "vitest/config";

/** The suites that drive a real VS Code, one after the other: each has a server, a browser and clocks that real time moves. */
export default defineConfig({
  test: {
    include: ["test/vscode/*.test.ts"],
    globalSetup: ["test/vscode/support/setup.ts"],
    pool: "forks",
    fileParallelism: false,
    // They only end what hangs: a busy machine is slow at everything.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    expect: { poll: { timeout: 180_000, interval: 50 } },
    env: { TZ: "UTC", NO_COLOR: "1" },
    reporters: ["verbose"],
  },
});
