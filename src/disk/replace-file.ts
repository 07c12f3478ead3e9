import { randomUUID } from "node:crypto";
import { chown, type FileHandle, lstat, open, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf } from "./failure.ts";

/** As many links as Linux follows. */
const mostLinks = 40;

/** What `look` finds; undefined when there is nothing at the path. */
async function unlessMissing<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * The path that a write to `path` reaches, without links: also where a link names a file that does not exist yet. The folder must
 * exist.
 */
export async function destinationOf(path: string): Promise<string> {
  let at = resolve(path);
  for (let links = 0; links < mostLinks; links += 1) {
    const folder = await realpath(dirname(at));
    at = join(folder, basename(at));
    if ((await unlessMissing(() => lstat(at)))?.isSymbolicLink() !== true) return at;
    at = resolve(folder, await readlink(at));
  }
  throw Object.assign(new Error(`too many links: ${path}`), { code: "ELOOP" });
}

/** Makes the names in a folder durable. */
async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders, and makes a rename durable by itself.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } catch (error) {
    // File systems that have no such thing (some network and user-space ones) offer nothing better either.
    if (!["EINVAL", "ENOTSUP", "ENOSYS"].includes(codeOf(error) ?? "")) throw error;
  } finally {
    await folder.close();
  }
}

type Owned = Readonly<{ mode: number; uid: number; gid: number }>;

/** Gives a file the rights of the one that it replaces. Only the superuser may give a file away. */
async function adopt(file: FileHandle, path: string, { mode, uid, gid }: Owned): Promise<void> {
  if (process.platform === "win32") return;
  const made = await file.stat();
  if (made.uid !== uid || made.gid !== gid) {
    await chown(path, uid, gid).catch((error: unknown) => {
      if (codeOf(error) !== "EPERM") throw error;
    });
  }
  await file.chmod(mode & 0o7777);
}

export type ReplaceOptions = Readonly<{
  /** Rights of the file; default: those of the file that is replaced, else what the process gives new files. */
  mode?: number;
  /** false: the content need not survive a power failure, only never be torn. Default true. */
  durable?: boolean;
}>;

/**
 * Replaces a file or makes it: written beside it, made durable, renamed. Readers see the file before or the file after; when it
 * fails, on a full disk for example, the file stands as it was. A link is followed and stays.
 */
export async function replaceFile(path: string, content: string | Uint8Array, options: ReplaceOptions = {}): Promise<void> {
  const { mode, durable = true } = options;
  const target = await destinationOf(path);
  const before = mode === undefined ? await unlessMissing(() => stat(target)) : undefined;
  // The name does not grow with the file's, which may be as long as the file system takes.
  const temporary = join(dirname(target), `.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, "wx", mode ?? 0o666);
    try {
      // Unlike one write of the system, which a full disk cuts short without an error, this writes everything or fails.
      await file.writeFile(content);
      if (before !== undefined) await adopt(file, temporary, before);
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    // The first failure is the one to report; a temporary file that cannot be removed either does no harm.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  if (durable) await syncFolder(dirname(target));
}
