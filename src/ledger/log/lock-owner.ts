import { threadId } from "node:worker_threads";
import * as z from "zod";
import { isRunning, processStatus } from "../../platform/disk/process-status.ts";
import { type Machine, runCommand } from "./machine.ts";

/** The process that holds the writers' lock or waits for it, as stored in its claim file. */
const ownerSchema = z.looseObject({
  pid: z.int().min(1),
  /** Thread within the process; 0 is its main thread. */
  thread: z.int(),
  /** Name of the machine, for people. */
  host: z.string(),
  /**
   * Fingerprint of the machine, its current boot and the namespace of `pid`: the pid is meaningful only where all three match.
   */
  machine: z.string(),
  boot: z.string().nullable(),
  pidNamespace: z.string().nullable(),
  /**
   * Start time of the process in the system's unit; distinguishes it from a later process with the same pid. Null where unknown.
   */
  started: z.string().nullable(),
  /** When the claim was made, ISO-8601 UTC. */
  since: z.string(),
});

export type Owner = Readonly<z.infer<typeof ownerSchema>>;

/** This process and thread as an owner. */
export function thisOwner(machine: Machine, since: Date): Owner {
  return {
    pid: process.pid,
    thread: threadId,
    host: machine.hostname,
    machine: machine.fingerprint,
    boot: machine.boot,
    pidNamespace: machine.pidNamespace,
    started: processStatus(process.pid)?.started ?? null,
    since: since.toISOString(),
  };
}

/** Parses an owner; null when the text is not one (a claim cut off by a power failure, or written by another program). */
export function parseOwner(text: string): Owner | null {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON: the owner is unknown, and the age of the claim decides.
    return null;
  }
}

/**
 * Whether the owner of a claim has exited, so that the claim may be taken over.
 *
 * A process of this machine, this boot and this pid namespace is checked directly: it has exited when there is no such process (a
 * zombie, which has ended and waits to be reaped by its parent, counts as none) or when the pid belongs to another process by
 * now. A suspended process has not exited. Where the pid has no meaning here (another host, a container, an unreadable owner),
 * and for a thread other than a process's main one, which cannot be checked, the claim counts as abandoned when it was not
 * refreshed for `staleMs`. A claim dated ahead by more than that counts as not refreshed either: the owner's clock was wrong when
 * it was written and has been corrected since.
 * @param ageMs time since the claim was last refreshed; negative when that lies ahead
 */
export async function hasExited(owner: Owner | null, ageMs: number, self: Owner, staleMs: number): Promise<boolean> {
  const stale = Math.abs(ageMs) > staleMs;
  if (owner === null || owner.machine !== self.machine || owner.host !== self.host) return stale;
  if (owner.boot !== self.boot) return true;
  if (owner.pidNamespace !== self.pidNamespace) return stale;
  if (!isRunning(owner.pid)) return true;
  const status = processStatus(owner.pid);
  if (status !== null && owner.started !== null && status.started !== owner.started) return true;
  // A thread can end while its process continues, and there is no way to check a thread.
  if (owner.thread !== 0 && !(owner.pid === self.pid && owner.thread === self.thread)) return stale && status?.suspended !== true;
  // Running a command for the start time of a process is slow: only when the claim looks abandoned and no other check decided.
  if (status === null && stale) return endedOrReplaced(owner, staleMs);
  return false;
}

/** The owner for people: `process 123 on host (since …)`. */
export function describeOwner(owner: Owner | null): string {
  if (owner === null) return "an unknown process";
  const suspended = processStatus(owner.pid)?.suspended === true ? ", suspended" : "";
  return `process ${owner.pid} on ${owner.host} (since ${owner.since}${suspended})`;
}

/**
 * Whether the process of an abandoned claim is a zombie or another one than the claim's owner, according to a system command;
 * false when unknown.
 */
async function endedOrReplaced({ pid, since }: Owner, staleMs: number): Promise<boolean> {
  const isWindows = process.platform === "win32";
  const text = isWindows
    ? await runCommand("powershell.exe", [
        "-NoProfile",
        "-Command",
        `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('o')`,
      ])
    : await runCommand("ps", ["-o", "stat=,lstart=", "-p", String(pid)]);
  const [, state = "", start = ""] = /^(\S+)\s+(.*)$/s.exec(text?.trim() ?? "") ?? [];
  if (!isWindows && state.startsWith("Z")) return true;
  const started = Date.parse(isWindows ? (text?.trim() ?? "") : start);
  const claimed = Date.parse(since);
  // The date of a claim that is dated ahead cannot be compared with the start of its process. Only the missing refresh counts.
  if (claimed > Date.now() + staleMs) return true;
  // One second of tolerance: the resolution of `ps`.
  return Number.isFinite(started) && started > claimed + 1000;
}
