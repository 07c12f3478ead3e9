import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../support/cli.ts";
import { type CliSession, type Home, openCliSession } from "../support/cli-session.ts";
import { makeHistory } from "../support/fixtures.ts";
import { mountSmallDisk } from "../support/small-disk.ts";

let session: CliSession;
let home: Home;
let disk: Awaited<ReturnType<typeof mountSmallDisk>>;

/** Commands for every kind of output file; each output is larger than the disk. */
const writers: readonly (readonly string[])[] = [
  ["export"],
  ["export", "--format", "csv"],
  ["export", "--format", "specfact"],
  ["store", "export", "learnings_log"],
  ["store", "export", "learnings_log", "--format", "csv"],
  ["store", "export", "learnings_log", "--format", "native"],
  ["eval", "convert", "run.json"],
];

beforeAll(async () => {
  session = await openCliSession();
  home = await session.newHome();
  disk = await mountSmallDisk(16 * 1024);
  const reports = makeHistory({ seed: 3, runs: 300, agents: ["claude-code"] }).map((one) => one.report);
  await home.file("reports.json", JSON.stringify(reports));
  const all_results = Array.from({ length: 300 }, (_, n) => ({ name: `test ${n}`, passed: true }));
  const evalRun = {
    schema_version: 1,
    version: "1.0.0",
    git_branch: "main",
    git_sha: "70ad75d",
    timestamp: "2026-11-01T10:00:09Z",
  };
  const sums = { tier: "e2e", total: 300, passed: 300, failed: 0, total_cost_usd: 0.1, duration_seconds: 1, all_results };
  await home.file("run.json", JSON.stringify({ ...evalRun, ...sums }));
  const rows = Array.from({ length: 20 }, (_, n) => [
    "learn",
    "add",
    `${n} ${"long ".repeat(400)}`,
    "--task-id",
    "t",
    "--to",
    "GAIA.md",
  ]);
  expect(await home.cli(["import", "reports.json"])).toMatchObject({ code: 0 });
  for (const row of rows) expect(await home.cli(row)).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await disk.remove();
  await session.dispose();
});

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const program = (args: readonly string[]): string => [process.execPath, session.entry, ...args].map(quote).join(" ");
const shell = (line: string) => run("bash", ["-c", line], { cwd: home.work, env: home.env });

describe.each(writers.map((args) => ({ args })))("$args", ({ args }) => {
  it("keeps the old file when the disk is full", async () => {
    const path = join(disk.folder, "backup");
    await writeFile(path, "backup");
    expect(await home.json([...args, "--out", path, "--force"])).toMatchObject({
      code: 1,
      document: { error: { code: "disk_full" } },
    });
    expect([await readFile(path, "utf8"), await readdir(disk.folder)]).toEqual(["backup", ["backup"]]);
  });

  it("fails when standard output goes to a full disk", async () => {
    const path = join(disk.folder, "piped");
    expect(await shell(`${program(args)} > ${quote(path)}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("disk is full"),
    });
    expect(await shell(`${program(args)} > /dev/full`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("disk is full"),
    });
    expect(await shell(`rm ${quote(path)}`)).toMatchObject({ code: 0 });
  });

  it("replaces a file only with --force", async () => {
    await home.file("out", "old");
    const refused = await home.json([...args, "--out", "out"]);
    expect(refused).toMatchObject({ code: 1, document: { error: { code: "exists", hint: expect.stringContaining("--force") } } });
    expect(await readFile(join(home.work, "out"), "utf8")).toBe("old");
    expect(await home.json([...args, "--out", "out", "--force"])).toMatchObject({ code: 0 });
    expect(await readFile(join(home.work, "out"), "utf8")).not.toBe("old");
  });

  it("does not write into the home", async () => {
    const before = await readFile(join(home.path, "device.json"), "utf8");
    const refused = await home.json([...args, "--out", "../home/device.json", "--force"]);
    expect(refused).toMatchObject({ code: 1, document: { error: { code: "invalid_input" } } });
    expect(await readFile(join(home.path, "device.json"), "utf8")).toBe(before);
  });
});

it("gives a hint about the folder, not about the home, when the output folder is missing", async () => {
  const { code, stderr } = await home.cli(["export", "--out", "/missing/x.json"]);
  expect(code).toBe(1);
  expect(stderr).toBe(
    "error: Failed to write /missing/x.json: its folder does not exist\nhint: Check that its folder exists and that you may write there, or name another file.\n",
  );
});

describe("at a terminal", () => {
  it.each([
    ["yes", 0, "runs"],
    ["y", 0, "runs"],
    ["no", 1, "old"],
    ["", 1, "old"],
  ])("asks before replacing a file: %j", async (typed, code, content) => {
    await home.file("asked.json", "old");
    const line = `{ printf ${quote(`${typed}\n`)}; } | script -qec ${quote(program(["export", "--out", "asked.json"]))} /dev/null`;
    const finished = await run("bash", ["-c", `set -o pipefail; ${line}`], {
      cwd: home.work,
      env: { ...home.env, TERM: "xterm-256color" },
    });
    expect(finished.stdout).toContain("asked.json exists. Replace it?");
    expect(finished.code).toBe(code);
    expect(await readFile(join(home.work, "asked.json"), "utf8")).toContain(content);
  });
});
