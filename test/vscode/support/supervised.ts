import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

/** A process whose whole group ends with `stop`, or when this process ends in any way. */
export type SupervisedProcess = Readonly<{
  process: ChildProcess;
  /** Settles with the exit code when the process has exited. */
  ended: Promise<number | null>;
  stop(): Promise<void>;
}>;

/** Starts a command in a separate process group, with stdout and stderr appended to a file. */
export function startSupervised(
  command: string,
  args: readonly string[],
  options: Readonly<{ cwd?: string; env?: NodeJS.ProcessEnv; output: string }>,
): SupervisedProcess {
  const output = openSync(options.output, "a");
  const child = spawn(process.execPath, [join(import.meta.dirname, "supervise.mjs"), command, ...args], {
    cwd: options.cwd,
    env: options.env ?? process.env,
    detached: true,
    stdio: ["pipe", output, output],
  });
  closeSync(output);
  const ended = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.once("error", () => resolve(null));
  });
  const stop = async (): Promise<void> => {
    // Closing the pipe makes the supervisor kill its group, including itself.
    child.stdin?.destroy();
    await ended;
  };
  return { process: child, ended, stop };
}
