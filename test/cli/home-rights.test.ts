import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CliSession, openCliSession } from "../support/cli-session.ts";
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

it("whatever is in a home is for its owner alone", async () => {
  const home = await session.newHome();
  await home.file("report.json", JSON.stringify(report()));
  for (const args of [
    ["update", "--from", "report.json"],
    ["note", "hello"],
    ["store", "init"],
    ["task", "add", "mend it"],
    setUp,
    ["rebuild"],
  ]) {
    expect((await home.cli(args)).stderr).not.toMatch(/^error/m);
  }
  expect((await home.cli(["eval", "cache", "write", "suite", "key"], { input: '{"a":1}' })).code).toBe(0);
  const entries = readdirSync(home.path, { recursive: true, withFileTypes: true });
  expect(entries.length).toBeGreaterThan(10);
  const open = entries.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const rights = statSync(path).mode & 0o777;
    return rights === (entry.isDirectory() ? 0o700 : 0o600) ? [] : [`${rights.toString(8)} ${path}`];
  });
  expect(open).toEqual([]);
  expect(statSync(home.path).mode & 0o777).toBe(0o700);
});
