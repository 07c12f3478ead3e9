import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { errorCode } from "./failure.ts";
import type { AppendFile, JournalFiles } from "./files.ts";

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
const TEMPORARY_SUFFIX = ".tmp";
/**
 * Names of files that are not whole yet: as `replace` makes them (the path, the process, the suffix), and those of files beside the
 * journal, which are written under the same lock.
 */
const leftover =
  /(?:\.\d+|^(?:index(?:-v\d+)?\.sqlite|summary\.json|[a-z-]+\.log)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.tmp$/;
const isLeftover = (name: string): boolean => leftover.test(name);
const datasync = promisify(fdatasync);

/** The journal's files on this machine's disk. */
export const nodeFiles: JournalFiles = {
  list: (dir) => unlessMissing(() => readdirSync(dir)),

  look(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? null : { size: found.size, modified: found.mtimeMs, identity: `${found.dev}:${found.ino}` };
  },

  readAt(path, offset, length) {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const read = readSync(file, bytes, filled, length - filled, offset + filled);
        if (read === 0) break;
        filled += read;
      }
      return bytes.subarray(0, filled);
    } finally {
      closeSync(file);
    }
  },

  readAll: (path) => unlessMissing(() => readFileSync(path)),

  openAppend: (path) => appendFile(openSync(path, "a", FILE_MODE)),

  makeDir(dir) {
    mkdirSync(dir, { recursive: true, mode: DIRECTORY_MODE });
  },

  async syncDir(dir) {
    // Windows neither opens directories nor needs it: NTFS journals their entries by itself.
    if (process.platform === "win32") return;
    const handle = await open(dir, "r");
    try {
      await handle.sync();
    } catch (error) {
      // File systems that have no such thing (some network and user-space ones) offer nothing better either.
      if (!["EINVAL", "ENOTSUP", "ENOSYS"].includes(errorCode(error) ?? "")) throw error;
    } finally {
      await handle.close();
    }
  },

  async replace(path, content) {
    const temporary = `${path}.${process.pid}${TEMPORARY_SUFFIX}`;
    try {
      const handle = await open(temporary, "w", FILE_MODE);
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(temporary, path);
    } catch (error) {
      // The first failure is the one to report; a temporary file that cannot be removed either does no harm.
      await rm(temporary, { force: true }).catch(() => undefined);
      throw error;
    }
    await nodeFiles.syncDir(dirname(path));
  },

  overwrite(path, content) {
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT, FILE_MODE);
    try {
      for (let written = 0; written < content.length; ) {
        written += writeSync(file, content, written, content.length - written, written);
      }
    } finally {
      closeSync(file);
    }
  },

  sweep(dir) {
    for (const name of nodeFiles.list(dir) ?? []) if (isLeftover(name)) rmSync(join(dir, name), { force: true });
  },
};

function appendFile(file: number): AppendFile {
  return {
    size: () => fstatSync(file).size,
    write(bytes) {
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written, bytes.length - written);
    },
    truncate: (size) => ftruncateSync(file, size),
    sync: () => datasync(file),
    close: () => closeSync(file),
  };
}

function unlessMissing<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
