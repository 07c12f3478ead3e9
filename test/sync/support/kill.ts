import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Fault } from "../../supabase/stack/faults.ts";
import type { Stack } from "../../supabase/stack/stack.ts";
import type { SyncHome } from "./home.ts";

const worker = join(import.meta.dirname, "worker.ts");

/**
 * Syncs in a process of its own, which is killed at its n-th request, counted from 0: before the server sees it, or after the
 * server has done it. Gives whether it came so far.
 */
export async function syncAndDie(
  { setFaults }: Pick<Stack, "setFaults">,
  { home, cwd }: Pick<SyncHome, "home" | "cwd">,
  nth: number,
  fault: Extract<Fault["kind"], "drop" | "lose">,
): Promise<boolean> {
  const child = spawn(process.execPath, [worker, home, cwd], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  let seen = 0;
  setFaults(() => {
    if (seen++ !== nth) return { kind: "pass" };
    child.kill("SIGKILL");
    return { kind: fault };
  });
  await ended;
  setFaults();
  return child.signalCode === "SIGKILL";
}
