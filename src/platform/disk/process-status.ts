import { readFileSync } from "node:fs";
import { codeOf } from "./failure.ts";

/** State and start time of a process from Linux's process table; null when there is none to read. */
export function processStatus(pid: number): Readonly<{ started: string; suspended: boolean; ended: boolean }> | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
  // The second field, the command in parentheses, may hold anything; after it come the state (3rd) and, as the 22nd, the start
  // in clock ticks since the machine started.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, started] = [fields[0], fields[22 - 3]];
  if (started === undefined) return null;
  return { started, suspended: state === "T" || state === "t", ended: state === "Z" || state === "X" || state === "x" };
}

/**
 * Whether a process is running, as far as this one can see. A zombie (Linux), which has exited but whose parent has not yet
 * collected its status, is not; a process of another user, which may not be signalled, is.
 */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // The second code: no process can have such an id.
    if (["ESRCH", "ERR_INVALID_ARG_TYPE"].includes(codeOf(error) ?? "")) return false;
  }
  return processStatus(pid)?.ended !== true;
}
