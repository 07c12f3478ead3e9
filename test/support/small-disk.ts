import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Creates a folder on a separate disk of the given size in bytes. Requires root. */
export async function mountSmallDisk(bytes: number): Promise<Readonly<{ folder: string; remove(): Promise<void> }>> {
  const folder = await mkdtemp(join(tmpdir(), "reward-ledger-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder]);
  return {
    folder,
    async remove() {
      execFileSync("umount", [folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
