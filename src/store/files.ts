import { randomUUID } from "node:crypto";
import { open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { diskFull, storeUnreadable, storeUnwritable } from "../domain/errors.ts";

/** The files beside the journal, each read and replaced whole. */
export interface StoreFiles {
  /** Undefined when there is none. @throws store_unreadable */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Bytes; 0 when there is none. @throws store_unreadable */
  size(path: string): Promise<number>;
  /**
   * Replaces a file: written under another name, made durable, renamed. Readers see the file before or the file after; when it
   * fails the file stands as it was.
   * @throws disk_full, store_unwritable
   */
  replace(path: string, content: Uint8Array): Promise<void>;
  /**
   * Removes what killed processes left of unfinished replacements of a file. Only for who holds the writers' lock: then nobody
   * else is at it.
   */
  sweep(path: string): Promise<void>;
}

/** What a replacement is about to do. */
export type ReplaceStep = "open" | "write" | "sync" | "rename" | "sync directory";

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function writeFailure(path: string, error: unknown): Error {
  const code = codeOf(error);
  return code === "ENOSPC" || code === "EDQUOT" ? diskFull(path, error) : storeUnwritable(path, reasonOf(error), error);
}

/** What `look` finds; `none` when there is no such file. */
async function unlessMissing<T>(path: string, look: () => Promise<T>, none: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return none;
    throw storeUnreadable(path, reasonOf(error), error);
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Files of this machine. @param onStep called before each step of a replacement; what it throws is what the step fails with */
export function storeFiles(onStep: (step: ReplaceStep, path: string) => void = () => undefined): StoreFiles {
  return {
    read: (path) => unlessMissing<Uint8Array | undefined>(path, () => readFile(path), undefined),
    size: (path) => unlessMissing(path, async () => (await stat(path)).size, 0),
    async replace(path, content) {
      const temporary = `${path}.${randomUUID()}.tmp`;
      try {
        onStep("open", path);
        const file = await open(temporary, "wx", 0o600);
        try {
          onStep("write", path);
          await file.writeFile(content);
          onStep("sync", path);
          await file.sync();
        } finally {
          await file.close();
        }
        onStep("rename", path);
        await rename(temporary, path);
        onStep("sync directory", path);
        // Windows cannot open directories, and makes a rename durable by itself.
        if (process.platform !== "win32") await syncDirectory(dirname(path));
      } catch (error) {
        // What is left of the attempt is of no use; if it cannot be removed either, a later sweep does it.
        await rm(temporary, { force: true }).catch(() => undefined);
        throw writeFailure(path, error);
      }
    },
    async sweep(path) {
      const leftover = (name: string): boolean => name.startsWith(`${basename(path)}.`) && name.endsWith(".tmp");
      try {
        const folder = dirname(path);
        for (const name of (await readdir(folder)).filter(leftover)) await rm(join(folder, name), { force: true });
      } catch (error) {
        throw writeFailure(path, error);
      }
    },
  };
}
