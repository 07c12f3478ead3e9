import { randomUUID } from "node:crypto";
import { chown, type FileHandle, lstat, open, readdir, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf, ifMissing } from "./failure.ts";

/** Maximum number of links that are followed, as in Linux. */
const maxLinks = 40;

/**
 * The path that a write to `path` reaches, with links resolved, even when a link names a file that does not
 * exist yet. The folder must exist.
 */
export async function destinationOf(path: string): Promise<string> {
  let at = resolve(path);
  for (let links = 0; links < maxLinks; links += 1) {
    const folder = await realpath(dirname(at));
    at = join(folder, basename(at));
    if ((await lstat(at).catch(ifMissing(undefined)))?.isSymbolicLink() !== true) return at;
    at = resolve(folder, await readlink(at));
  }
  throw Object.assign(new Error(`too many links: ${path}`), { code: "ELOOP" });
}

/** Makes the names in a folder durable. */
export async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders, and makes a rename durable by itself.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } catch (error) {
    // Some network and user-space file systems do not support this, and offer nothing better either.
    if (!["EINVAL", "ENOTSUP", "ENOSYS"].includes(codeOf(error) ?? "")) throw error;
  } finally {
    await folder.close();
  }
}

type Ownership = Readonly<{ mode: number; uid: number; gid: number }>;

/** Gives a file the mode and owner of the file that it replaces. Only the superuser may change the owner. */
async function copyOwnership(file: FileHandle, path: string, { mode, uid, gid }: Ownership): Promise<void> {
  if (process.platform === "win32") return;
  const made = await file.stat();
  if (made.uid !== uid || made.gid !== gid) {
    await chown(path, uid, gid).catch((error: unknown) => {
      if (codeOf(error) !== "EPERM") throw error;
    });
  }
  await file.chmod(mode & 0o7777);
}

/** The next step of a replacement. */
export type ReplaceStep = "open" | "write" | "sync" | "rename" | "sync directory";

/** Content of a file; in pieces, so that large content is never in memory as a whole. */
type Content = string | Uint8Array | Iterable<string>;

type SwapOptions = Readonly<{
  /** Path of the unfinished file, in the same folder. */
  temporary: string;
  /** Mode of the file. */
  mode: number;
  /** Called with the unfinished file after its content is written. */
  finish?: (file: FileHandle) => Promise<void>;
  durable: boolean;
  /** Called before each step; if it throws, the step fails with that error. */
  onStep: (step: ReplaceStep) => void;
}>;

/** Writes a file beside `path`, makes it durable and renames it. If that fails, the file at `path` is unchanged. */
async function replaceAtomically(path: string, content: Content, options: SwapOptions): Promise<void> {
  const { temporary, mode, finish, durable, onStep } = options;
  try {
    onStep("open");
    const file = await open(temporary, "wx", mode);
    try {
      onStep("write");
      // Writes everything or fails, unlike a single write call, which a full disk cuts short without an error.
      await file.writeFile(content);
      await finish?.(file);
      onStep("sync");
      if (durable) await file.sync();
    } finally {
      await file.close();
    }
    onStep("rename");
    await rename(temporary, path);
  } catch (error) {
    // The first failure is the one to report; if the temporary file cannot be removed either, it is swept later.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  onStep("sync directory");
  if (durable) await syncFolder(dirname(path));
}

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/**
 * Replaces a file that only the holder of the writers' lock writes; it is readable by its owner only. A link in its place is
 * replaced too. The temporary file that a killed process leaves begins with the file's name (`leftoverOf`), so that the next
 * lock holder removes it at once.
 */
export const replaceOwnedFile = (
  path: string,
  content: Uint8Array,
  onStep: (step: ReplaceStep) => void = () => undefined,
): Promise<void> =>
  replaceAtomically(path, content, { temporary: `${path}.${randomUUID()}.tmp`, mode: 0o600, durable: true, onStep });

const ownedLeftover = new RegExp(`^(.+)\\.(?:\\d+|${uuid})\\.tmp$`);

/** The file whose replacement by `replaceOwnedFile` left a temporary file of this name; undefined for other names. */
export const leftoverOf = (name: string): string | undefined => ownedLeftover.exec(name)?.[1];

/** Age in ms from which a temporary file counts as left by a killed process; a replacement takes moments. */
const abandonedMs = 60 * 60 * 1000;
const abandonedName = new RegExp(`^\\.reward-ledger-${uuid}\\.tmp$`);

/** Removes the temporary files that killed processes left in a folder. Files that cannot be removed are harmless and stay. */
export async function sweepAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => abandonedName.test(one))) {
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    // A wrong clock may have dated the file in the future.
    if (found?.isFile() && Math.abs(Date.now() - found.mtimeMs) > abandonedMs) {
      await rm(path, { force: true }).catch(() => undefined);
    }
  }
}

export type ReplaceOptions = Readonly<{
  /** Mode of the file; default: that of the replaced file, else the process's default for new files. */
  mode?: number;
  /** false: the content need not survive a power failure, but must never be torn. Default true. */
  durable?: boolean;
  /** Called before each step; if it throws, the step fails with that error. */
  onStep?: (step: ReplaceStep) => void;
  /** false: the caller sweeps the folder itself, less often than it writes there. Default true. */
  sweep?: boolean;
  /** false: a link at the path is replaced. Default true: it is followed and stays. */
  followLinks?: boolean;
}>;

/**
 * Replaces or creates a file: writes it beside the path, makes it durable and renames it. Readers see the file before
 * or the file after; on failure, such as a full disk, the file is unchanged. Temporary files that killed processes
 * left in the folder are removed.
 */
export async function replaceFile(path: string, content: Content, options: ReplaceOptions = {}): Promise<void> {
  const { mode, durable = true, onStep = () => undefined, sweep = true, followLinks = true } = options;
  const target = followLinks ? await destinationOf(path) : path;
  const before = mode === undefined ? await stat(target).catch(ifMissing(undefined)) : undefined;
  // The temporary name does not grow with the file's name, which may be as long as the file system allows.
  const temporary = join(dirname(target), `.reward-ledger-${randomUUID()}.tmp`);
  await replaceAtomically(target, content, {
    temporary,
    durable,
    onStep,
    mode: mode ?? 0o666,
    ...(before && { finish: (file) => copyOwnership(file, temporary, before) }),
  });
  if (sweep) await sweepAbandoned(dirname(target));
}
