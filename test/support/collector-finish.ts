import { startCollector } from "../../src/collector/main.ts";

/** A process that collects a run of one test from start to end: `collector-finish <home>`; the id comes from the environment. */
const collector = await startCollector({
  version: "1.0",
  tier: "e2e",
  home: process.argv[2] ?? "",
  gitBranch: "main",
  gitSha: "abc",
});
await collector.add({ name: "a", passed: true });
await collector.finalize();
