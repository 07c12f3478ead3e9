import { threadId } from "node:worker_threads";
import * as z from "zod";
import { isRunning, processStatus } from "../../platform/disk/process-status.ts";
import { command, type Machine } from "./machine.ts";

/** Who holds the writers' lock or waits for it, as it stands in the file that makes the claim. */
const ownerSchema = z.looseObject({
  pid: z.int().min(1),
  /** Thread within the process; 0 is its main thread. */
  thread: z.int(),
  /** Name of the machine, for people. */
  host: z.string(),
  /** Fingerprint of the machine, its current start and the namespace of `pid`: the pid means something only where all agree. */
  machine: z.string(),
  boot: z.string().nullable(),
  pidNamespace: z.string().nullable(),
  /** When the process started, as the system counts it; tells it from a later process with the same pid. Null where unknown. */
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

/** Reads an owner; null when the text is none (a claim cut off by a power failure, or of another make). */
export function parseOwner(text: string): Owner | null {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON: an owner that nobody can know, for which the age of the claim decides.
    return null;
  }
}

/**
 * Whether the owner of a claim is gone for good, so that the claim may be taken from it.
 *
 * A process of this machine, this start and this pid namespace is asked for directly: it is gone when there is no such process
 * (a zombie, which has ended and only waits for its parent to ask how, is none) or when the pid belongs to another one by now. A
 * suspended process is not gone. Where the pid means nothing here (another
 * host, a container, an unreadable owner) and for a thread other than a process's main one, which cannot be asked for, the claim
 * counts as left behind when it was not refreshed for `staleMs`. One that is dated ahead by more than that was not refreshed
 * either: whoever refreshes it goes by a clock, and a clock that is so wrong was put right since.
 * @param ageMs time since the claim was last refreshed; negative when that lies ahead
 */
export async function isGone(owner: Owner | null, ageMs: number, self: Owner, staleMs: number): Promise<boolean> {
  const stale = Math.abs(ageMs) > staleMs;
  if (owner === null || owner.machine !== self.machine || owner.host !== self.host) return stale;
  if (owner.boot !== self.boot) return true;
  if (owner.pidNamespace !== self.pidNamespace) return stale;
  if (!isRunning(owner.pid)) return true;
  const status = processStatus(owner.pid);
  if (status !== null && owner.started !== null && status.started !== owner.started) return true;
  // A thread can end while its process goes on, and nobody can ask for it.
  if (owner.thread !== 0 && !(owner.pid === self.pid && owner.thread === self.thread)) return stale && status?.suspended !== true;
  // Asking for the start of a process by a command is slow: only when the claim looks abandoned and nothing else told.
  if (status === null && stale) return endedOrReplaced(owner, staleMs);
  return false;
}

/** The owner for people: `process 123 on host (since …)`. */
export function describeOwner(owner: Owner | null): string {
  if (owner === null) return "an unknown process";
  const suspended = processStatus(owner.pid)?.suspended === true ? ", suspended" : "";
  return `process ${owner.pid} on ${owner.host} (since ${owner.since}${suspended})`;
}

/** Whether the process of an abandoned claim is a zombie or another one than made it, by the system's own command; false when that cannot be told. */
async function endedOrReplaced({ pid, since }: Owner, staleMs: number): Promise<boolean> {
  const isWindows = process.platform === "win32";
  const text = isWindows
    ? await command("powershell.exe", [
        "-NoProfile",
        "-Command",
        `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('o')`,
      ])
    : await command("ps", ["-o", "stat=,lstart=", "-p", String(pid)]);
  const [, state = "", start = ""] = /^(\S+)\s+(.*)$/s.exec(text?.trim() ?? "") ?? [];
  if (!isWindows && state.startsWith("Z")) return true;
  const started = Date.parse(isWindows ? (text?.trim() ?? "") : start);
  const claimed = Date.parse(since);
  // A claim dated ahead says nothing of when its process started. That nobody refreshes it is all there is to go by.
  if (claimed > Date.now() + staleMs) return true;
  // A second of tolerance, for that is how finely `ps` tells it.
  return Number.isFinite(started) && started > claimed + 1000;
}
