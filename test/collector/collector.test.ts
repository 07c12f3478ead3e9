import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { startCollector } from "../../src/collector/main.ts";
import { evalCache } from "../../src/features/evals/operations/files.ts";
import { evalList } from "../../src/features/evals/operations/list.ts";
import { evalWatch } from "../../src/features/evals/operations/watch.ts";
import { temporaryFolder } from "../support/folder.ts";
import { openPorts, quietCall } from "../support/ports.ts";
import { startOrphan, waitForZombie } from "../support/zombie.ts";

const script = join(import.meta.dirname, "..", "support", "collector-worker.ts");
const head = { version: "1.0", tier: "e2e", gitBranch: "main", gitSha: "abc", env: {}, project: "acme/shop" } as const;
const home = (): string => `${temporaryFolder()}/home of evals`;

/** Runs a worker until it has added its tests; the one named `killed` is then killed abruptly. */
const worker = (args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.on("data", () => {
      if (args[2] === "killed") child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => (code === 0 || signal === "SIGKILL" ? resolve() : reject(new Error(`exit code ${code}`))));
  });

describe("a collected run", () => {
  it("is written, recorded and compared with the previous one", async () => {
    const path = home();
    const first = await startCollector({ ...head, home: path, now: () => new Date("2026-03-01T08:00:00Z") });
    await first.add({ name: "a", suite: "s", passed: false, cost_usd: 0.1, duration_ms: 1000 });
    await first.add({ name: "b", suite: "s", passed: true, cost_usd: 0.2, duration_ms: 2000 });
    const one = await first.finalize();
    expect(one.problems).toEqual([]);
    expect(one.recorded).toMatchObject({
      recorded: true,
      run: { passed: 1, total: 2, total_cost_usd: 0.3, project: "acme/shop" },
    });
    expect([one.comparison, one.changes]).toEqual([null, null]);
    expect(one.table).toContain("1 of 2 passed, $0.30");

    const second = await startCollector({ ...head, home: path, expected: 2, now: () => new Date("2026-03-02T08:00:00Z") });
    await second.add({ name: "a", suite: "s", passed: true, cost_usd: 0.1, duration_ms: 1000 });
    await second.add({ name: "b", suite: "s", passed: true, cost_usd: 0.1, duration_ms: 2000 });
    const two = await second.finalize();
    expect(two.comparison).toMatchObject({ improved: 1, regressed: 0, unchanged: 1, total_cost_delta_usd: -0.1 });
    expect(two.changes?.split("\n").slice(0, 2)).toEqual([
      "Against 1.0 on main of 2026-03-01 08:00 UTC: 1 improved, 1 unchanged; cost -$0.10, time +0s",
      "- s › a: failed before, passes after",
    ]);
    expect(await second.finalize()).toBe(two);
    await expect(second.add({ name: "late", passed: true })).rejects.toThrow("the run is over");

    const ports = await openPorts({ home: path });
    const listed = (await evalList.call(ports, {}, quietCall)).runs;
    expect(listed.map(({ timestamp, total }) => [timestamp, total])).toEqual([
      ["2026-03-02T08:00:00.000Z", 2],
      ["2026-03-01T08:00:00.000Z", 2],
    ]);
    expect(await evalWatch.call(ports, {}, quietCall)).toMatchObject({
      state: "finished",
      current: null,
      expected: 2,
      completed: [{ name: "a" }, { name: "b" }],
      total_cost_usd: 0.2,
      elapsed_seconds: 0,
    });
  });

  it("includes the results of several workers, even of a killed one", async () => {
    const path = home();
    await Promise.all([
      worker([path, "run-1", "left", "5"]),
      worker([path, "run-1", "right", "7"]),
      worker([path, "run-1", "killed", "4"]),
    ]);
    const ports = await openPorts({ home: path });
    expect(await evalWatch.call(ports, {}, quietCall)).toMatchObject({ state: "gone", run_id: "run-1" });
    const main = await startCollector({ ...head, home: path, runId: "run-1" });
    await main.add({ name: "own", suite: "workers", passed: true, duration_ms: 5, cost_usd: 0.01 });
    const { recorded, file, problems } = await main.finalize();
    expect(problems).toEqual([]);
    expect(recorded?.run).toMatchObject({ total: 17, passed: 1 + 3 + 4 + 2, total_cost_usd: 0.17 });
    expect(JSON.parse(readFileSync(file, "utf8"))).not.toHaveProperty("_partial");
    expect(existsSync(join(path, "eval-runs", "run-1"))).toBe(false);
  });

  it("includes results from threads of one process and from collectors started one after another", async () => {
    const path = home();
    const thread = (name: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const started = new Worker(script, { argv: [path, "run-1", name, "3"], stdout: true });
        started.on("error", reject);
        started.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`exit code ${code}`))));
      });
    await Promise.all([thread("left"), thread("right")]);
    const file = await startCollector({ ...head, home: path, runId: "run-1" });
    await file.add({ name: "earlier", suite: "workers", passed: true, cost_usd: 0.01 });
    const main = await startCollector({ ...head, home: path, runId: "run-1" });
    await main.add({ name: "own", suite: "workers", passed: true, cost_usd: 0.01 });
    const { recorded, problems } = await main.finalize();
    expect(problems).toEqual([]);
    expect(recorded?.run).toMatchObject({ total: 8, total_cost_usd: 0.08 });
  });

  it.runIf(process.platform === "linux")("is reported as gone when its process is a zombie", async () => {
    const path = home();
    const { pid } = await startOrphan([process.execPath, script, path, "run-1", "killed", "2"]);
    process.kill(pid, "SIGKILL");
    await waitForZombie(pid);
    const ports = await openPorts({ home: path });
    expect(await evalWatch.call(ports, {}, quietCall)).toMatchObject({ state: "gone", completed: [{}, {}] });
  });

  it("shows its current test while it runs", async () => {
    const path = home();
    const collector = await startCollector({ ...head, home: path });
    await collector.begin("finds the bug");
    await collector.progress({ turn: 3, tool: "Read" });
    const ports = await openPorts({ home: path, now: new Date().toISOString() });
    expect(await evalWatch.call(ports, {}, quietCall)).toMatchObject({
      state: "running",
      completed: [],
      current: { test: "finds the bug", turn: 3, last_tool: "Read", stale: false },
    });
    await collector.add({ name: "finds the bug", passed: true, cost_usd: 0.25 });
    expect(await evalWatch.call(ports, {}, quietCall)).toMatchObject({
      current: null,
      completed: [{ name: "finds the bug", passed: true, cost_usd: 0.25 }],
      total_cost_usd: 0.25,
    });
  });

  it("starts with an empty cache when configured so, and a joining worker does not clear it", async () => {
    const path = home();
    const cached = async () => {
      const ports = await openPorts({ home: path });
      await evalCache.call(ports, { action: "write", suite: "s", key: "k", data: "1" }, quietCall);
      return ports;
    };
    const count = async (ports: Awaited<ReturnType<typeof cached>>) =>
      (await ports.evals.cache.stats(undefined))[0]?.entries ?? 0;
    const env = { EVAL_CACHE_CLEAR: "1" };
    const ports = await cached();
    await startCollector({ ...head, home: path, env, runId: "r" });
    expect(await count(ports)).toBe(0);
    await cached();
    await startCollector({ ...head, home: path, env, runId: "r" });
    expect(await count(ports)).toBe(1);
  });

  it("keeps its file when it is not recorded", async () => {
    const path = home();
    const collector = await startCollector({ ...head, home: path });
    await collector.add({ name: "a", passed: true });
    const { recorded, file } = await collector.finalize({ record: false });
    expect(recorded).toBeNull();
    expect(existsSync(file)).toBe(true);
  });
});
