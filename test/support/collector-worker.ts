import { startCollector } from "../../src/collector/main.ts";

/** A process that is a worker of a collected run: `collector-worker <home> <run> <name> <tests>`; it exits without finalizing. */
const [, , home = "", runId = "", name = "", tests = "0"] = process.argv;
const collector = await startCollector({ version: "1.0", tier: "e2e", home, runId, gitBranch: "main", gitSha: "abc", env: {} });
for (let test = 0; test < Number(tests); test += 1) {
  await collector.begin(`${name} ${test}`);
  await collector.add({
    name: `${name} ${test}`,
    suite: "workers",
    passed: test % 3 !== 0,
    duration_ms: 10 + test,
    cost_usd: 0.01,
  });
}
process.stdout.write("added\n");
// The added tests are stored whether or not this process is killed: it does nothing at the end.
if (name === "killed") setInterval(() => undefined, 1_000);
