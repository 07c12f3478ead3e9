import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { builtCli, cleanEnv, run } from "../support/cli.ts";
import { readExpected } from "./expected.ts";
import { readable } from "./readable-json.ts";
import { type GoldenHome, makeGolden, recordGolden } from "./record.ts";

/*
 * Compares the answers of every command on one fixed home, as text and as JSON, with `expected/`. An intended change is recorded
 * with `npm run golden -- --update` and reviewed as the diff of those files.
 */
const expected = await readExpected();

let cli: Awaited<ReturnType<typeof builtCli>>;
let golden: GoldenHome;
let recorded: ReadonlyMap<string, string>;
beforeAll(async () => {
  cli = await builtCli();
  golden = await makeGolden(cli.entry);
  recorded = await recordGolden(golden);
});
afterAll(async () => {
  await golden.dispose();
  await cli.dispose();
});

it.each([...expected.keys()].sort())("the answer matches the golden copy: %s", (name) => {
  expect(recorded.get(name)).toBe(expected.get(name));
});

it("every answer has a golden copy", () => {
  expect([...recorded.keys()].sort()).toEqual([...expected.keys()].sort());
});

it("the help of every command has a golden copy", async () => {
  const documented = await readFile(join(import.meta.dirname, "../../docs/cli.md"), "utf8");
  const [, commands = ""] = documented.split("## Commands\n");
  const names = [...(commands.split("\n# ")[0]?.matchAll(/^### ([a-z -]+)$/gm) ?? [])].map(([, name]) =>
    name?.replaceAll(" ", "-"),
  );
  expect(names.length).toBeGreaterThan(70);
  expect(names.filter((name) => !expected.has(`help/${name}.txt`))).toEqual([]);
});

it.each([
  ["history", ["history", "--limit", "100"]],
  ["eval-show", ["eval", "show", "latest"]],
  ["task-show", ["task", "show", "task-done"]],
  ["breaking", ["breaking", "NONE"]],
])("a separate process gives the same answer: %s", async (name, args) => {
  const env = { ...cleanEnv(golden.home), REWARD_LEDGER_TZ: "Europe/Berlin" };
  const { code, stdout } = await run(process.execPath, [cli.entry, ...args, "--json"], { env, cwd: golden.work });
  expect(code).toBe(0);
  expect(expected.get(`${name}.json`)).toContain(`"json": ${readable(stdout)}\n}`);
});
