import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { LedgerError } from "../../kernel/ledger-error.ts";
import { writeFailure } from "../../platform/disk/failure.ts";
import type { NamedMutex } from "../../ports/sync.ts";
import { fileLock, lockStaleMs } from "./lock.ts";
import { thisOwner } from "./lock-owner.ts";
import { thisMachine } from "./machine.ts";

/**
 * Named mutexes of a home, in the folder of what they guard. Each is a lock like the writers' lock: one that was left behind by a
 * process that died is free at once.
 */
export function homeMutex(home: string, place: "sync" | "sessions" | "spool" | "stop-reviews" | "self-fix" = "sync"): NamedMutex {
  const folder = join(home, place);
  return {
    async pass(name, waitMs, body, signal) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
      } catch (error) {
        throw writeFailure(folder, error);
      }
      const self = thisOwner(await thisMachine(), new Date());
      const lock = fileLock({ path: join(folder, `${name}.lock`), self, staleMs: lockStaleMs, onStep: () => undefined });
      const held = await lock.acquire({ waitMs, signal }).catch((error: unknown) => {
        if (error instanceof LedgerError && error.code === "store_locked") return null;
        throw error;
      });
      if (held === null) return null;
      try {
        return { value: await body() };
      } finally {
        held.release();
      }
    },
  };
}
