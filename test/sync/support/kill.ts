import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { beforeAll } from "vitest";
import { findAssets } from "../../../src/platform/assets.ts";
import type { Fault } from "../../supabase/stack/faults.ts";
import type { Stack } from "../../supabase/stack/stack.ts";
import { bundleScript } from "../../support/bundle.ts";
import { temporaryDirectory } from "../../support/temporary.ts";
import type { SyncHome } from "./home.ts";

/**
 * Syncs in a process of its own, which is killed at its n-th request, counted from 0: before the server sees it, or after the
 * server has handled it. Returns whether the process got that far.
 */
export type KilledSync = (
  server: Pick<Stack, "setFaults">,
  home: Pick<SyncHome, "home" | "cwd">,
  nth: number,
  fault: Extract<Fault["kind"], "drop" | "lose">,
) => Promise<boolean>;

/** Prepares such syncs for a test file; call it at its top. The process is bundled once, as loading sources takes a second. */
export function useKilledSyncs(): KilledSync {
  const directory = temporaryDirectory("killed syncs");
  const assets = findAssets(import.meta.dirname);
  let script = "";
  beforeAll(async () => {
    script = await bundleScript(join(import.meta.dirname, "worker.ts"), directory);
  });
  return async ({ setFaults }, { home, cwd }, nth, fault) => {
    const child = spawn(process.execPath, [script, home, cwd, assets], { stdio: ["ignore", "ignore", "inherit"] });
    const ended = once(child, "exit");
    let requests = 0;
    setFaults(() => {
      if (requests++ !== nth) return { kind: "pass" };
      child.kill("SIGKILL");
      return { kind: fault };
    });
    await ended;
    setFaults();
    const killed = child.signalCode === "SIGKILL";
    if (!killed && child.exitCode !== 0) throw new Error(`a sync that nobody killed ended with ${child.exitCode}`);
    return killed;
  };
}
