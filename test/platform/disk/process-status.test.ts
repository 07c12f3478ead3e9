import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { isRunning } from "../../../src/platform/disk/process-status.ts";
import { startOrphan, waitForZombie } from "../../support/zombie.ts";

describe("a process", () => {
  it("is running while it can be signalled", () => {
    expect(isRunning(process.pid)).toBe(true);
  });

  it("is running when another user owns it", () => {
    // The process exists, whether or not this test may signal it.
    expect(isRunning(process.platform === "win32" ? process.ppid : 1)).toBe(true);
  });

  it("is not running after it exited", () => {
    expect(isRunning(spawnSync(process.execPath, ["--version"]).pid)).toBe(false);
  });

  it("is not running when its id is impossible", () => {
    expect(isRunning(2 ** 40)).toBe(false);
  });

  it.runIf(process.platform === "linux")("is not running when it is a zombie", async () => {
    const { pid } = await startOrphan(["sh", "-c", "echo ready; exec sleep 600"]);
    expect(isRunning(pid)).toBe(true);
    process.kill(pid, "SIGKILL");
    await waitForZombie(pid);
    expect(isRunning(pid)).toBe(false);
  });
});
