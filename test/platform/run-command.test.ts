import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { killByProgram, type RunOptions, runCommand } from "../../src/platform/run-command.ts";
import { temporaryFolder } from "../support/folder.ts";

const neverAborted = new AbortController().signal;
const run = (script: string, options: Partial<RunOptions> = {}) =>
  runCommand([process.execPath, "-e", script], {
    cwd: temporaryFolder(),
    env: process.env,
    timeoutMs: 60_000,
    signal: neverAborted,
    ...options,
  });

/** Code that starts a process which writes its id and then waits. */
const spawnCode = (folder: string, options = ""): string =>
  `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(
    `require("node:fs").writeFileSync(${JSON.stringify(join(folder, "pid"))}, String(process.pid)); setInterval(() => {}, 1000);`,
  )}], { stdio: "inherit", ${options} });`;

/** Code that starts such a process and then waits, too. */
const waitingParentCode = (folder: string): string => `${spawnCode(folder)} setInterval(() => {}, 1000);`;

/** Code that starts such a process, writes something and ends once the process has begun. */
const leavingParentCode = (folder: string, options = ""): string =>
  `${spawnCode(folder, options)} console.log("done");
  setInterval(() => { if (require("node:fs").existsSync(${JSON.stringify(join(folder, "pid"))})) process.exit(0); }, 10);`;

function isRunning(pid: number): boolean {
  const { stdout, error } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  if (error !== undefined) throw error;
  // A process that has exited but has not been waited for (a zombie) still has its id.
  return /^[^Z\s]/.test(stdout.trim());
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
  it("returns its exit code and output", async () => {
    const outcome = await run('console.log("out"); console.error("err"); process.exitCode = 3;');
    expect(outcome).toMatchObject({ state: "exited", code: 3, report: "out\n" });
    expect(outcome.state === "exited" && outcome.output.split("\n").sort()).toEqual(["", "err", "out"]);
  });

  it("is not run by a shell: its arguments are passed unchanged", async () => {
    const cwd = temporaryFolder();
    const outcome = await runCommand([process.execPath, "-p", "process.argv[1]", "$(touch owned); `touch owned` | touch owned"], {
      cwd,
      env: process.env,
      timeoutMs: 60_000,
      signal: neverAborted,
    });
    expect(outcome).toMatchObject({ report: "$(touch owned); `touch owned` | touch owned\n" });
    expect(() => readFileSync(join(cwd, "owned"))).toThrow(/ENOENT/);
  });

  it("that does not exist is reported as missing", async () => {
    const options = { cwd: temporaryFolder(), env: process.env, timeoutMs: 1_000, signal: neverAborted };
    expect(await runCommand(["no-such-program-here"], options)).toEqual({ state: "missing", reason: "it does not exist" });
  });

  it("keeps the end of a long output", async () => {
    const outcome = await run('for (let n = 0; n < 20000; n += 1) console.log("line " + n);');
    const output = outcome.state === "exited" ? outcome.output : "";
    expect(output.length).toBeLessThanOrEqual(64 * 1024);
    expect(output.endsWith("line 19999\n")).toBe(true);
  });

  it("that times out is killed with its child processes", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "family.cjs"), waitingParentCode(folder));
    const running = runCommand([process.execPath, "family.cjs"], {
      cwd: folder,
      env: process.env,
      timeoutMs: 5_000,
      signal: neverAborted,
    });
    await until(() => pidIn(folder) > 0);
    expect(await running).toMatchObject({ state: "timed_out" });
    await until(() => !isRunning(pidIn(folder)));
  });

  it("that is cancelled is killed with its child processes", async () => {
    const folder = temporaryFolder();
    const abort = new AbortController();
    const running = run(waitingParentCode(folder), { signal: abort.signal });
    await until(() => pidIn(folder) > 0);
    expect(isRunning(pidIn(folder))).toBe(true);
    abort.abort();
    await expect(running).rejects.toMatchObject({ name: "AbortError" });
    await until(() => !isRunning(pidIn(folder)));
  });

  it("has the processes it left behind killed, and does not wait for them", async () => {
    const folder = temporaryFolder();
    expect(await run(leavingParentCode(folder))).toMatchObject({ state: "exited", code: 0, report: "done\n" });
    await until(() => !isRunning(pidIn(folder)));
  });

  it("does not wait for a process that left its group and holds its output open", async () => {
    const folder = temporaryFolder();
    const outcome = await run(leavingParentCode(folder, "detached: true"), { drainMs: 100 });
    expect(outcome).toMatchObject({ state: "exited", code: 0, report: "done\n" });
    expect(isRunning(pidIn(folder))).toBe(true);
    process.kill(pidIn(folder), "SIGKILL");
  });

  it("is killed alone when the program that kills process trees is missing", async () => {
    const running = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000);"], { stdio: "ignore" });
    const ended = once(running, "exit");
    killByProgram(running, join(temporaryFolder(), "taskkill.exe"));
    expect(await ended).toEqual([null, "SIGKILL"]);
  });
});
