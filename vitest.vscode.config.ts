import { defineConfig } from "vitest/config";

/** The suites that drive a real VS Code, one after the other: each has a server, a browser and clocks that real time moves. */
export default defineConfig({
  test: {
    include: ["test/vscode/*.test.ts"],
    globalSetup: ["test/vscode/support/setup.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 120_000,
    // A toast that VS Code drops and a key that a late focus swallows are nobody's defect; what fails twice is.
    retry: 1,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000, interval: 50 } },
    env: { TZ: "UTC", NO_COLOR: "1" },
    reporters: ["verbose"],
  },
});
