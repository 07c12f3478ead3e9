import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { SyncHome } from "./home.ts";

const worker = join(import.meta.dirname, "worker.ts");

/** Syncs in a process of its own and kills it so long after it began. */
export async function syncAndDie({ home, cwd }: SyncHome, afterMs: number): Promise<void> {
  const child = spawn(process.execPath, [worker, home, cwd], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  await Promise.race([wait(afterMs), ended]);
  child.kill("SIGKILL");
  await ended;
}
