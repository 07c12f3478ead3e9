import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { onTestFinished } from "vitest";

const stateOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] ?? "";

/** Waits until a process has exited and has not been reaped. */
export async function waitForZombie(pid: number): Promise<void> {
  while (stateOf(pid) !== "Z") await nextTurn();
}

/**
 * Starts a program whose parent never reaps it, as in a container without an init process; the parent ends with the test.
 * @returns the program's pid once it has written its first line, and that line
 */
export async function startOrphan(command: readonly string[]): Promise<Readonly<{ pid: number; line: string }>> {
  // The shell becomes `sleep`, which does not wait for children.
  const parent = spawn("sh", ["-c", '"$@" & echo "$!"; exec sleep 600', "sh", ...command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    parent.kill("SIGKILL");
  });
  let text = "";
  for await (const chunk of parent.stdout) {
    text += String(chunk);
    const lines = text.split("\n");
    if (lines.length < 3) continue;
    // The shell's line and the program's line come in either order.
    const [pid, line] = /^\d+$/.test(lines[0] ?? "") ? [lines[0], lines[1]] : [lines[1], lines[0]];
    return { pid: Number(pid), line: line ?? "" };
  }
  throw new Error(`the program wrote no line: ${text}`);
}
