import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { CommandOutcome } from "../ports/gate.ts";
import { codeOf, reasonOf } from "./disk/failure.ts";
import type { Environment } from "./git.ts";

/** Maximum number of characters that are kept of the end of a command's output. */
const maxTailChars = 64 * 1024;
/** Maximum number of characters that are kept of its standard output, which may contain a report. */
const maxReportChars = 8 * 1024 * 1024;
/** How long a process may take to end after SIGTERM, in ms. */
const graceMs = 2_000;
/** How long output is read after the command has exited while a process that it left behind holds the output open, in ms. */
const drainMs = 2_000;

/** The Windows program that ends processes, by its full path: Windows searches working folders for a bare name too. */
const taskkill = (env: Environment): string => join(env["SystemRoot"] ?? "C:\\Windows", "System32", "taskkill.exe");

/** Ends a process and everything that it started, on Windows; without that program, only the process itself. */
export function killByProgram(child: ChildProcess, program: string): void {
  if (child.pid === undefined) return;
  const options = { cwd: dirname(process.execPath), stdio: "ignore", windowsHide: true } as const;
  spawn(program, ["/pid", String(child.pid), "/T", "/F"], options).on("error", () => child.kill("SIGKILL"));
}

/** Ends all processes of the group that a process leads. */
function killGroup({ pid }: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // They ended by themselves meanwhile; macOS reports that with the second code.
    if (!["ESRCH", "EPERM"].includes(codeOf(error) ?? "")) throw error;
  }
}

export type RunOptions = Readonly<{
  cwd: string;
  env: Environment;
  timeoutMs: number;
  signal: AbortSignal;
  /** Maximum number of characters that are kept of its standard output; default 8 Mi. */
  mostReport?: number;
  /** How long its output is read after it has exited, in ms; default 2 000. */
  drainMs?: number;
}>;

/**
 * Runs a program with its arguments, without a shell and without input. When it exits, is cancelled or times out, all processes
 * that it started end with it; one that has left its group is neither ended nor waited for. On Windows, the processes that it
 * started outlive its own exit.
 * @throws AbortError
 */
export async function runCommand(
  [program = "", ...args]: readonly string[],
  { cwd, env, timeoutMs, signal, mostReport = maxReportChars, drainMs: drain = drainMs }: RunOptions,
): Promise<CommandOutcome> {
  signal.throwIfAborted();
  const started = performance.now();
  const isWindows = process.platform === "win32";
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...others } = env;
  const child = spawn(program, args, {
    cwd,
    env: { ...others, CI: "1", NO_COLOR: "1", FORCE_COLOR: "0" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: !isWindows,
    windowsHide: true,
  });
  let [tail, report, isTimedOut, isCut] = ["", "", false, false];
  const appendTail = (text: string): void => {
    tail = (tail + text).slice(-maxTailChars);
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const room = mostReport - report.length;
    isCut ||= text.length > room;
    report += text.slice(0, room);
    appendTail(text);
  });
  child.stderr.setEncoding("utf8").on("data", appendTail);
  let killTimer: NodeJS.Timeout | undefined;
  let drainTimer: NodeJS.Timeout | undefined;
  const terminate = (): void => {
    if (isWindows) {
      killByProgram(child, taskkill(env));
      return;
    }
    killGroup(child, "SIGTERM");
    killTimer = setTimeout(() => killGroup(child, "SIGKILL"), graceMs);
  };
  const timeoutTimer = setTimeout(() => {
    isTimedOut = true;
    terminate();
  }, timeoutMs);
  signal.addEventListener("abort", terminate, { once: true });
  try {
    const result = await new Promise<Readonly<{ code: number | null }> | Error>((resolve) => {
      child.on("error", resolve);
      child.on("exit", () => {
        clearTimeout(timeoutTimer);
        // A process that the command left behind keeps the group alive, and may hold its output open.
        if (!isWindows) killGroup(child, "SIGKILL");
        drainTimer = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, drain);
      });
      child.on("close", (code) => resolve({ code }));
    });
    signal.throwIfAborted();
    if (result instanceof Error) return { state: "missing", reason: reasonOf(result) };
    const duration = Math.round(performance.now() - started);
    return { state: isTimedOut ? "timed_out" : "exited", code: result.code, output: tail, report, isCut, duration_ms: duration };
  } finally {
    clearTimeout(timeoutTimer);
    clearTimeout(killTimer);
    clearTimeout(drainTimer);
    signal.removeEventListener("abort", terminate);
  }
}
