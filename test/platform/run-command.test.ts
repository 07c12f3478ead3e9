import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../src/platform/run-command.ts";
import { temporaryFolder } from "../support/folder.ts";

const never = new AbortController().signal;
const run = (script: string, { timeoutMs = 60_000, signal = never, cwd = temporaryFolder() } = {}) =>
  runCommand([process.execPath, "-e", script], { cwd, env: process.env, timeoutMs, signal });

/** Starts a process that starts another, which writes its id and then waits. */
const family = (folder: string): string =>
  `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(
    `require("node:fs").writeFileSync(${JSON.stringify(join(folder, "pid"))}, String(process.pid)); setInterval(() => {}, 1000);`,
  )}], { stdio: "inherit" }); setInterval(() => {}, 1000);`;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that has ended and that nobody has asked about still has its id.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(20);
}

const pidIn = (folder: string): number => {
  try {
    return Number(readFileSync(join(folder, "pid"), "utf8"));
  } catch {
    return 0;
  }
};

describe("a command", () => {
  it("gives its code and output", async () => {
    const outcome = await run('console.log("out"); console.error("err"); process.exitCode = 3;');
    expect(outcome).toMatchObject({ state: "exited", code: 3, report: "out\n" });
    expect(outcome.state === "exited" && outcome.output).toMatch(/out|err/);
  });

  it("is read by no shell: its arguments are what they are", async () => {
    const cwd = temporaryFolder();
    const outcome = await runCommand([process.execPath, "-p", "process.argv[1]", "$(touch owned); `touch owned` | touch owned"], {
      cwd,
      env: process.env,
      timeoutMs: 60_000,
      signal: never,
    });
    expect(outcome).toMatchObject({ report: "$(touch owned); `touch owned` | touch owned\n" });
    expect(() => readFileSync(join(cwd, "owned"))).toThrow(/ENOENT/);
  });

  it("that is not there is missing", async () => {
    const options = { cwd: temporaryFolder(), env: process.env, timeoutMs: 1_000, signal: never };
    expect(await runCommand(["no-such-program-here"], options)).toEqual({ state: "missing", reason: "it does not exist" });
  });

  it("keeps the end of a long output", async () => {
    const outcome = await run('for (let n = 0; n < 20000; n += 1) console.log("line " + n);');
    const output = outcome.state === "exited" ? outcome.output : "";
    expect(output.length).toBeLessThanOrEqual(64 * 1024);
    expect(output.endsWith("line 19999\n")).toBe(true);
  });

  it("that takes too long ends with what it started", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "family.cjs"), family(folder));
    const running = runCommand([process.execPath, "family.cjs"], {
      cwd: folder,
      env: process.env,
      timeoutMs: 5_000,
      signal: never,
    });
    await until(() => pidIn(folder) > 0);
    expect(await running).toMatchObject({ state: "timed_out" });
    await until(() => !isRunning(pidIn(folder)));
  });

  it("that is cancelled ends with what it started", async () => {
    const folder = temporaryFolder();
    const abort = new AbortController();
    const running = run(family(folder), { signal: abort.signal });
    await until(() => pidIn(folder) > 0);
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    await until(() => !isRunning(pidIn(folder)));
  });
});
