import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ignoreCodes } from "../../platform/disk/failure.ts";
import { leftoverOf, replaceOwnedFile, syncFolder } from "../../platform/disk/replace-file.ts";
import type { AppendFile, JournalFiles } from "./files.ts";
import { nodeStatFiles } from "./stat-files.ts";

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;
/** Names of the files that are replaced under the writers' lock: the journal's own, and those of the store beside it. */
const ownedPattern =
  /^(?:device\.json|index(?:-v\d+)?\.sqlite|summary\.json|[a-z-]+\.log|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json|.+\.bytes|.+-\d+-[0-9a-f]{12}\.json)$/;
const isLeftover = (name: string): boolean => ownedPattern.test(leftoverOf(name) ?? "");
const datasync = promisify(fdatasync);

/** The journal's files on this machine's disk. */
export const nodeFiles: JournalFiles = {
  ...nodeStatFiles,

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

  readAll: (path) => ignoreCodes(["ENOENT"], () => readFileSync(path)) ?? null,

  openAppend: (path) => appendFile(openSync(path, "a", FILE_MODE)),

  makeDir(dir) {
    mkdirSync(dir, { recursive: true, mode: DIRECTORY_MODE });
  },

  syncDir: syncFolder,

  replace: replaceOwnedFile,

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
