import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { startCollector } from "../../src/collector/main.ts";
import { evalWatch } from "../../src/features/evals/operations/watch.ts";
import { temporaryFolder, writeFiles } from "../support/folder.ts";
import { openPorts, quietCall } from "../support/ports.ts";

const head = { version: "1.0", tier: "e2e", gitBranch: "main", gitSha: "abc", env: {}, project: "acme/shop" } as const;
const run = promisify(execFile);
const script = join(import.meta.dirname, "..", "support", "collector-finish.ts");

const badIds = [
  "..",
  ".",
  "",
  " ",
  "../journal",
  "../../victim",
  "a/b",
  "a\\b",
  "/tmp/x",
  ".hidden",
  "run 1",
  "rün",
  "a\n",
  "x".repeat(65),
];

/** A home with some files, beside a folder that must not be touched. */
function homeWithVictims(): Readonly<{ home: string; victim: string }> {
  const folder = temporaryFolder();
  writeFiles(folder, {
    "victim/precious.txt": "keep",
    "home/journal/log.txt": "keep",
    "home/eval-runs/earlier.json": "keep",
  });
  return { home: join(folder, "home"), victim: join(folder, "victim") };
}

const listFiles = (folder: string): readonly string[] => readdirSync(folder, { recursive: true }).map(String).sort();

describe("the id of a collected run", () => {
  it.each(badIds)("is rejected if it is %j, as an option or from the environment, before any file is touched", async (runId) => {
    const { home, victim } = homeWithVictims();
    const before = listFiles(join(home, ".."));
    const asOption = startCollector({ ...head, home, runId });
    await expect(asOption).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining("runId") });
    const fromEnvironment = startCollector({ ...head, home, env: { EVAL_RUN_ID: runId } });
    await expect(fromEnvironment).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("EVAL_RUN_ID"),
    });
    expect(listFiles(join(home, ".."))).toEqual(before);
    expect(readFileSync(join(victim, "precious.txt"), "utf8")).toBe("keep");
  });

  it.each(["..", "../journal", "../../victim", "."])(
    "is harmless as EVAL_RUN_ID=%s in a process that ends its run",
    async (runId) => {
      const { home, victim } = homeWithVictims();
      const ended = run(process.execPath, [script, home], { env: { ...process.env, EVAL_RUN_ID: runId } });
      await expect(ended).rejects.toMatchObject({ stderr: expect.stringContaining("EVAL_RUN_ID") });
      expect(
        [join(home, "journal/log.txt"), join(home, "eval-runs/earlier.json"), join(victim, "precious.txt")].map(existsSync),
      ).toEqual([true, true, true]);
    },
  );

  it.each(["r", "run-1", "2026.04.01_a", "_x", "x".repeat(64), "12345"])("may be %s", async (runId) => {
    const { home } = homeWithVictims();
    const collector = await startCollector({ ...head, home, env: { EVAL_RUN_ID: runId } });
    expect(collector.runId).toBe(runId);
    await collector.add({ name: "a", passed: true });
    await collector.finalize({ record: false });
    expect(existsSync(join(home, "eval-runs", runId))).toBe(false);
    expect(existsSync(join(home, "eval-runs", "earlier.json"))).toBe(true);
  });

  it("is ignored when a heartbeat names a folder elsewhere", async () => {
    const { home } = homeWithVictims();
    const heartbeat = { runId: "../..", pid: process.pid, startedAt: "2026-04-01T12:00:00.000Z", status: "running" };
    writeFileSync(join(home, "eval-runs", "heartbeat.json"), JSON.stringify(heartbeat));
    const ports = await openPorts({ home });
    expect(await evalWatch.call(ports, {}, quietCall)).toMatchObject({ state: "none", folder: null });
  });
});

describe("a symlink at or inside a run's folder", () => {
  it("is rejected in place of the folder, and its target stays unchanged", async () => {
    const { home, victim } = homeWithVictims();
    symlinkSync(victim, join(home, "eval-runs", "r"));
    await expect(startCollector({ ...head, home, runId: "r" })).rejects.toMatchObject({ code: "store_unwritable" });
    expect(readdirSync(victim)).toEqual(["precious.txt"]);
  });

  it("is removed with the folder's content at the end, and its target stays unchanged", async () => {
    const { home, victim } = homeWithVictims();
    const collector = await startCollector({ ...head, home, runId: "r" });
    symlinkSync(victim, join(home, "eval-runs", "r", "inside"));
    mkdirSync(join(home, "eval-runs", "r", "sub"));
    writeFileSync(join(victim, "worker_1.json"), "{}");
    symlinkSync(join(victim, "worker_1.json"), join(home, "eval-runs", "r", "worker_1.json"));
    await collector.finalize({ record: false });
    expect(existsSync(join(home, "eval-runs", "r"))).toBe(false);
    expect(readdirSync(victim).sort()).toEqual(["precious.txt", "worker_1.json"]);
  });
});
