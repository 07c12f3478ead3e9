import { randomUUID } from "node:crypto";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { diskFull, storeUnwritable } from "../domain/errors.ts";

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

/** Whether an error says that a file or directory is not there. */
export const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";

function failure(path: string, error: unknown): Error {
  const code = codeOf(error);
  if (code === "ENOSPC" || code === "EDQUOT") return diskFull(path, error);
  return storeUnwritable(path, error instanceof Error ? error.message : String(error), error);
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * Replaces a file whole: written under another name, made durable, renamed. Readers see the file before or the file after. When it
 * fails the file stands as it was.
 * @throws disk_full, store_unwritable
 */
export async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    // Windows cannot open directories, and makes a rename durable by itself.
    if (process.platform !== "win32") await syncDirectory(dirname(path));
  } catch (error) {
    // What is left of the attempt is of no use; if it cannot be removed either, a later sweep does it.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw failure(path, error);
  }
}

/**
 * Removes what killed processes left of unfinished replacements of a file. Only for who holds the writers' lock: then nobody else is
 * at it.
 */
export async function sweepTemporaries(path: string): Promise<void> {
  const folder = dirname(path);
  const leftover = (name: string): boolean => name.startsWith(`${basename(path)}.`) && name.endsWith(".tmp");
  for (const name of (await readdir(folder)).filter(leftover)) await rm(join(folder, name), { force: true });
}
