import { lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";

/*
 * Part of the process's entry, in syntax that old versions of Node can parse.
 */

type Environment = Readonly<Record<string, string | undefined>>;

const othersMayWrite = 0o022;
const othersMayDoAnything = 0o077;
const sticky = 0o1000;

/** The user's folder of caches; undefined when there is none. */
function cacheRoot(env: Environment, userHome: string, platform: NodeJS.Platform): string | undefined {
  if (platform === "win32") return env["LOCALAPPDATA"];
  if (platform === "darwin") return join(userHome, "Library", "Caches");
  const named = env["XDG_CACHE_HOME"];
  return named !== undefined && isAbsolute(named) ? named : join(userHome, ".cache");
}

/** Whether nobody but the user and the system can put another folder in place of this one. */
function isSafePath(path: string, user: number): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const { uid, mode } = lstatSync(folder);
    if (uid !== user && uid !== 0) return false;
    if ((mode & othersMayWrite) !== 0 && (mode & sticky) === 0) return false;
    if (dirname(folder) === folder) return true;
  }
}

/**
 * A folder for compiled code that only the user can write to, because its content is executed. Undefined when there is none: the
 * program then runs without it.
 */
export function compileCacheFolder(
  env: Environment,
  userHome: string = homedir(),
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const cachesFolder = cacheRoot(env, userHome, platform);
  if (cachesFolder === undefined || !isAbsolute(cachesFolder)) return undefined;
  try {
    // A user without a home, as services often are, gets no folder just for a cache.
    if (!statSync(dirname(cachesFolder)).isDirectory()) return undefined;
    const folder = join(cachesFolder, "reward-ledger", "compiled");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // On Windows, only the user has access to the user's folders.
    if (platform === "win32" || process.getuid === undefined) return folder;
    const user = process.getuid();
    const found = lstatSync(folder);
    const isOwn = found.isDirectory() && found.uid === user && (found.mode & othersMayDoAnything) === 0;
    return isOwn && isSafePath(realpathSync(folder), user) ? folder : undefined;
  } catch {
    // Only speed depends on it.
    return undefined;
  }
}
