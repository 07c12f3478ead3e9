import { constants } from "node:fs";
import { access, stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { MachineReport } from "../ports/ports.ts";

/** The folder itself, or the nearest existing one above it. */
async function nearestExisting(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    try {
      await stat(folder);
      return folder;
    } catch (error) {
      if (dirname(folder) === folder) throw error;
    }
  }
}

/** The value of an examination, or null when it cannot be determined here. */
async function orNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}

/** Examines this machine and the folder `home` on it, which need not exist. */
export async function examineMachine(version: string, home: string): Promise<MachineReport> {
  const isFile = await orNull(async () => !(await stat(home)).isDirectory());
  const mode = process.platform === "win32" ? null : await orNull(async () => (await stat(home)).mode & 0o777);
  const disk = await orNull(async () => statfs(await nearestExisting(home)));
  const writable = await orNull(async () => {
    await access(await nearestExisting(home), constants.W_OK | constants.X_OK);
    return true;
  });
  return {
    version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    homeMode: isFile ? null : mode,
    homeIsFile: isFile ?? false,
    homeWritable: writable ?? false,
    freeBytes: disk === null ? null : disk.bavail * disk.bsize,
  };
}
