// What a tool that keeps its runs as files does for a trend: read and parse all of them, classify each test in memory.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [, , folder = ""] = process.argv;
const runs = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")))
  .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
const outcomes = new Map();
for (const run of runs) {
  for (const { tier, suite, name, passed } of run.all_results) {
    const key = `${tier}:${suite}:${name}`;
    const known = outcomes.get(key);
    if (known === undefined) outcomes.set(key, [{ timestamp: run.timestamp, passed }]);
    else known.push({ timestamp: run.timestamp, passed });
  }
}

const classify = (results) => {
  const passes = results.filter((one) => one.passed).length;
  const flips = results.filter((one, index) => index > 0 && one.passed !== results[index - 1].passed).length;
  const rate = passes / results.length;
  const [last, earlier] = [results.slice(-3), results.slice(0, -3)];
  if (last.length === 3 && last.every((one) => one.passed) && earlier.some((one) => !one.passed)) return "improving";
  if (last.some((one) => !one.passed) && earlier.length > 0 && earlier.every((one) => one.passed)) return "degrading";
  if (flips >= 3 || (rate > 0.3 && rate < 0.7)) return "flaky";
  if (rate >= 0.9 && flips <= 1) return "stable-pass";
  if (rate <= 0.1 && flips <= 1) return "stable-fail";
  return rate >= 0.5 ? "stable-pass" : "stable-fail";
};
const trends = [...outcomes].map(([key, results]) => ({ key, status: classify(results), results }));
process.stdout.write(`${JSON.stringify(trends)}\n`);
