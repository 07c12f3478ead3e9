import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";

/** Folder of everything that is fetched or unpacked for the suites; may be deleted whenever no suite runs. */
export const cacheRoot: string = resolve(import.meta.dirname, "../../../.vscode-test");

/**
 * Returns a directory that is either absent or complete: `build` fills a directory beside it, which is then renamed. Two
 * processes may build it at the same time; the later one discards its copy.
 * @returns the directory's path
 */
export async function cachedDirectory(name: string, build: (directory: string) => Promise<void>): Promise<string> {
  const target = join(cacheRoot, name);
  if (existsSync(target)) return target;
  await mkdir(cacheRoot, { recursive: true });
  const buildDirectory = await mkdtemp(join(cacheRoot, `.making-${name}-`));
  try {
    await build(buildDirectory);
    await rename(buildDirectory, target).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster; its copy is equivalent.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(buildDirectory, { recursive: true, force: true });
  }
  return target;
}
