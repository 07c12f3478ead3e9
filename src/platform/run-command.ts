import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import type { CommandOutcome } from "../ports/gate.ts";
import { codeOf, reasonOf } from "./disk/failure.ts";
import type { Environment } from "./git.ts";

/** What is kept of the end of what a command prints, in characters. */
const longestTail = 64 * 1024;
/** The most that is kept of its standard output, where a report may stand, in characters. */
const longestReport = 8 * 1024 * 1024;
/** How long a process may take to end when it is asked to, ms. */
const graceMs = 2_000;
/** How long what a command wrote is read after its end while a process that it left behind holds its output open, ms. */
const drainMs = 2_000;

/** The program of Windows that ends processes, by its path: Windows looks for a name in working folders too. */
const taskkill = (env: Environment): string => join(env["SystemRoot"] ?? "C:\\Windows", "System32", "taskkill.exe");

/** Ends a process with all that it started, as Windows does; without that program the process alone. */
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
    // They ended by themselves meanwhile; macOS says so by the second code.
    if (!["ESRCH", "EPERM"].includes(codeOf(error) ?? "")) throw error;
  }
}

export type RunOptions = Readonly<{
  cwd: string;
  env: Environment;
  timeoutMs: number;
  signal: AbortSignal;
  /** How many characters of its standard output are kept at most; default 8 Mi. */
  mostReport?: number;
  /** How long its output is read after its end, ms; default 2 000. */
  drainMs?: number;
}>;

/**
 * Runs a program with its arguments, without a shell and without input. When it ends, is cancelled or takes too long, all processes that
 * it started end with it; one that has left its group is left alone, and not waited for. On Windows what it started outlives its own end.
 * @throws AbortError
 */
export async function runCommand(
  [program = "", ...args]: readonly string[],
  { cwd, env, timeoutMs, signal, mostReport = longestReport, drainMs: drain = drainMs }: RunOptions,
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
  let [tail, report, isLate, isCut] = ["", "", false, false];
  const take = (text: string): void => {
    tail = (tail + text).slice(-longestTail);
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const room = mostReport - report.length;
    isCut ||= text.length > room;
    report += text.slice(0, room);
    take(text);
  });
  child.stderr.setEncoding("utf8").on("data", take);
  let killing: NodeJS.Timeout | undefined;
  let draining: NodeJS.Timeout | undefined;
  const end = (): void => {
    if (isWindows) {
      killByProgram(child, taskkill(env));
      return;
    }
    killGroup(child, "SIGTERM");
    killing = setTimeout(() => killGroup(child, "SIGKILL"), graceMs);
  };
  const limit = setTimeout(() => {
    isLate = true;
    end();
  }, timeoutMs);
  signal.addEventListener("abort", end, { once: true });
  try {
    const ended = await new Promise<Readonly<{ code: number | null }> | Error>((resolve) => {
      child.on("error", resolve);
      child.on("exit", () => {
        clearTimeout(limit);
        // A process that the command left behind keeps the group, and may hold its output open.
        if (!isWindows) killGroup(child, "SIGKILL");
        draining = setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
        }, drain);
      });
      child.on("close", (code) => resolve({ code }));
    });
    signal.throwIfAborted();
    if (ended instanceof Error) return { state: "missing", reason: reasonOf(ended) };
    const duration = Math.round(performance.now() - started);
    return { state: isLate ? "timed_out" : "exited", code: ended.code, output: tail, report, isCut, duration_ms: duration };
  } finally {
    clearTimeout(limit);
    clearTimeout(killing);
    clearTimeout(draining);
    signal.removeEventListener("abort", end);
  }
}
