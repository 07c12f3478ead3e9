import { randomUUID } from "node:crypto";
import { chown, type FileHandle, lstat, open, readdir, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { codeOf, ifMissing } from "./failure.ts";

/** As many links as Linux follows. */
const mostLinks = 40;

/**
 * The path that a write to `path` reaches, without links: also where a link names a file that does not exist yet. The folder must
 * exist.
 */
export async function destinationOf(path: string): Promise<string> {
  let at = resolve(path);
  for (let links = 0; links < mostLinks; links += 1) {
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

/** What a replacement is about to do. */
export type ReplaceStep = "open" | "write" | "sync" | "rename" | "sync directory";

/** What a file is to hold; in pieces, so that what is large never lives as a whole. */
type Content = string | Uint8Array | Iterable<string>;

type SwapOptions = Readonly<{
  /** Path of the unfinished file, in the same folder. */
  temporary: string;
  /** Rights of the file. */
  mode: number;
  /** Called with the unfinished file when its content is written. */
  finish?: (file: FileHandle) => Promise<void>;
  durable: boolean;
  /** Called before each step; what it throws is what the step fails with. */
  onStep: (step: ReplaceStep) => void;
}>;

/** Writes a file beside `path`, makes it durable and renames it. When that fails, what stands at `path` stays as it was. */
async function swapIn(path: string, content: Content, options: SwapOptions): Promise<void> {
  const { temporary, mode, finish, durable, onStep } = options;
  try {
    onStep("open");
    const file = await open(temporary, "wx", mode);
    try {
      onStep("write");
      // Unlike one write of the system, which a full disk cuts short without an error, this writes everything or fails.
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
    // The first failure is the one to report; a temporary file that cannot be removed either is swept later.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  onStep("sync directory");
  if (durable) await syncFolder(dirname(path));
}

const uuid = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/**
 * Replaces a file that only the holder of the writers' lock writes, readable by its owner only. A link in its place is replaced too.
 * What a killed process leaves has the file's name in front (`leftoverOf`), so that the next holder removes it at once.
 */
export const replaceOwned = (
  path: string,
  content: Uint8Array,
  onStep: (step: ReplaceStep) => void = () => undefined,
): Promise<void> => swapIn(path, content, { temporary: `${path}.${randomUUID()}.tmp`, mode: 0o600, durable: true, onStep });

const ownedLeftover = new RegExp(`^(.+)\\.(?:\\d+|${uuid})\\.tmp$`);

/** The file whose replacement by `replaceOwned` left a file of this name; undefined when none did. */
export const leftoverOf = (name: string): string | undefined => ownedLeftover.exec(name)?.[1];

/** A replacement takes moments: what is older was left by a process that was killed. */
const abandonedMs = 60 * 60 * 1000;
const abandonedName = new RegExp(`^\\.reward-ledger-${uuid}\\.tmp$`);

/** Removes what killed processes left of replacements in a folder. What cannot be removed does no harm and is left. */
export async function sweepAbandoned(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((one) => abandonedName.test(one))) {
    const path = join(folder, name);
    const found = await lstat(path).catch(() => undefined);
    // A clock that was off may have dated it ahead.
    if (found?.isFile() && Math.abs(Date.now() - found.mtimeMs) > abandonedMs) {
      await rm(path, { force: true }).catch(() => undefined);
    }
  }
}

export type ReplaceOptions = Readonly<{
  /** Rights of the file; default: those of the file that is replaced, else what the process gives new files. */
  mode?: number;
  /** false: the content need not survive a power failure, only never be torn. Default true. */
  durable?: boolean;
  /** Called before each step; what it throws is what the step fails with. */
  onStep?: (step: ReplaceStep) => void;
  /** false: the caller sweeps the folder itself, less often than it writes there. Default true. */
  sweep?: boolean;
  /** false: a link at the path is replaced. Default true: it is followed and stays. */
  followLinks?: boolean;
}>;

/**
 * Replaces a file or makes it: written beside it, made durable, renamed. Readers see the file before or the file after; when it
 * fails, on a full disk for example, the file stands as it was. What killed processes left of their
 * replacements in the folder is removed.
 */
export async function replaceFile(path: string, content: Content, options: ReplaceOptions = {}): Promise<void> {
  const { mode, durable = true, onStep = () => undefined, sweep = true, followLinks = true } = options;
  const target = followLinks ? await destinationOf(path) : path;
  const before = mode === undefined ? await stat(target).catch(ifMissing(undefined)) : undefined;
  // The name does not grow with the file's, which may be as long as the file system takes.
  const temporary = join(dirname(target), `.reward-ledger-${randomUUID()}.tmp`);
  await swapIn(target, content, {
    temporary,
    durable,
    onStep,
    mode: mode ?? 0o666,
    ...(before && { finish: (file) => adopt(file, temporary, before) }),
  });
  if (sweep) await sweepAbandoned(dirname(target));
}
