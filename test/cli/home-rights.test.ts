import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startCollector } from "../../src/collector/main.ts";
import { type CliSession, openCliSession } from "../support/cli-session.ts";
import { makeEvalHistory } from "../support/eval-fixtures.ts";
import { writeGaiaHome } from "../support/gaia-home.ts";
import { report } from "./reports.ts";

let session: CliSession;
beforeAll(async () => {
  session = await openCliSession();
});
afterAll(() => session.dispose());

const setUp = [
  "sync",
  "setup",
  "--where",
  "user",
  "--url",
  "https://abc.supabase.co",
  "--anon-key",
  "k",
  "--team",
  "acme",
  "--projects",
  "acme/*",
];

it("everything in a home is accessible only to its owner", async () => {
  const home = await session.newHome();
  await home.file("report.json", JSON.stringify(report()));
  await home.file("reports/other.json", JSON.stringify(report({ run_id: "other" })));
  await home.file("evals.json", JSON.stringify(makeEvalHistory({ seed: 1, runs: 1, tests: 3 })[0]));
  writeGaiaHome(join(home.work, "gaia"));
  for (const args of [
    ["update", "--from", "report.json"],
    ["import", "reports"],
    ["eval", "push", "evals.json"],
    ["note", "hello"],
    ["store", "init"],
    ["store", "import", "gaia"],
    ["task", "add", "mend it"],
    ["budget", "extend", "10"],
    ["spend", "add", "--model", "m", "--call-site", "plan", "--usd", "1"],
    ["export", "--out", "runs.json"],
    ["store", "export", "tasks", "--out", "tasks.jsonl"],
    setUp,
    ["rebuild"],
  ])
    expect(await home.cli(args), args.join(" ")).toMatchObject({ code: 0 });
  expect((await home.cli(["eval", "cache", "write", "suite", "key"], { input: '{"a":1}' })).code).toBe(0);
  const head = { version: "1", tier: "e2e", gitBranch: "main", gitSha: "abc", env: {}, project: "acme/shop" };
  const finished = await startCollector({ ...head, home: home.path });
  await finished.add({ name: "a", passed: true });
  expect((await finished.finalize()).problems).toEqual([]);
  const unfinished = await startCollector({ ...head, home: home.path });
  await unfinished.add({ name: "a", passed: true });

  const entries = readdirSync(home.path, { recursive: true, withFileTypes: true });
  expect(entries.length).toBeGreaterThan(20);
  const open = entries.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const rights = statSync(path).mode & 0o777;
    return rights === (entry.isDirectory() ? 0o700 : 0o600) ? [] : [`${rights.toString(8)} ${path}`];
  });
  expect(open).toEqual([]);
  expect(statSync(home.path).mode & 0o777).toBe(0o700);
});
