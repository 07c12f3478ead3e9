import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { isRunning } from "../../../src/platform/disk/process-status.ts";
import { orphanOf, untilZombie } from "../../support/zombie.ts";

describe("a process", () => {
  it("runs while it can be signalled", () => {
    expect(isRunning(process.pid)).toBe(true);
  });

  it("runs when it is another user's", () => {
    // The process exists, whether or not this test may signal it.
    expect(isRunning(process.platform === "win32" ? process.ppid : 1)).toBe(true);
  });

  it("does not run when it has ended", () => {
    expect(isRunning(spawnSync(process.execPath, ["--version"]).pid)).toBe(false);
  });

  it("does not run when no process can have its id", () => {
    expect(isRunning(2 ** 40)).toBe(false);
  });

  it.runIf(process.platform === "linux")("does not run when it is a zombie", async () => {
    const { pid } = await orphanOf(["sh", "-c", "echo ready; exec sleep 600"]);
    expect(isRunning(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
    await untilZombie(pid);
    expect(isRunning(pid)).toBe(false);
  });
});
