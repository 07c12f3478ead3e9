import { type ChildProcess, spawn } from "node:child_process";
import type { CommandOutcome } from "../ports/gate.ts";
import { codeOf, reasonOf } from "./disk/failure.ts";
import type { Environment } from "./git.ts";

/** What is kept of the end of what a command prints, in characters. */
const longestTail = 64 * 1024;
/** The most that is kept of its standard output, where a report may stand, in characters. */
const longestReport = 8 * 1024 * 1024;
/** How long a process may take to end when it is asked to, ms. */
const graceMs = 2_000;

/** Ends a process with all that it started. */
function killTree({ pid }: ChildProcess, signal: "SIGTERM" | "SIGKILL"): void {
  if (pid === undefined) return;
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
    return;
  }
  try {
    // The group that the process leads.
    process.kill(-pid, signal);
  } catch (error) {
    // It ended by itself meanwhile.
    if (codeOf(error) !== "ESRCH") throw error;
  }
}

export type RunOptions = Readonly<{
  cwd: string;
  env: Environment;
  timeoutMs: number;
  signal: AbortSignal;
  /** How many characters of its standard output are kept at most; default 8 Mi. */
  mostReport?: number;
}>;

/**
 * Runs a program with its arguments, without a shell and without input. When it is cancelled or takes too long, it ends with all
 * processes that it started.
 * @throws AbortError
 */
export async function runCommand(
  [program = "", ...args]: readonly string[],
  { cwd, env, timeoutMs, signal, mostReport = longestReport }: RunOptions,
): Promise<CommandOutcome> {
  signal.throwIfAborted();
  const started = performance.now();
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, ...others } = env;
  const child = spawn(program, args, {
    cwd,
    env: { ...others, CI: "1", NO_COLOR: "1", FORCE_COLOR: "0" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
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
  const end = (): void => {
    killTree(child, "SIGTERM");
    killing = setTimeout(() => killTree(child, "SIGKILL"), graceMs);
  };
  const limit = setTimeout(() => {
    isLate = true;
    end();
  }, timeoutMs);
  signal.addEventListener("abort", end, { once: true });
  try {
    const ended = await new Promise<Readonly<{ code: number | null }> | Error>((resolve) => {
      child.on("error", resolve);
      child.on("close", (code) => resolve({ code }));
    });
    signal.throwIfAborted();
    if (ended instanceof Error) return { state: "missing", reason: reasonOf(ended) };
    const duration = Math.round(performance.now() - started);
    return { state: isLate ? "timed_out" : "exited", code: ended.code, output: tail, report, isCut, duration_ms: duration };
  } finally {
    clearTimeout(limit);
    clearTimeout(killing);
    signal.removeEventListener("abort", end);
    // A process that the command left behind keeps the group.
    if (process.platform !== "win32") killTree(child, "SIGKILL");
  }
}
