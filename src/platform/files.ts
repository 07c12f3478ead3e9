import { type BigIntStats, closeSync, fstatSync, openSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Socket } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileTooLarge, invalidInput, unreadableFile } from "../kernel/errors.ts";
import type { FileReader } from "../ports/ports.ts";
import { decodeLines, decodeLoosely, decodeText, isZip } from "./decode-text.ts";
import { inputFailure } from "./disk/failure.ts";
import { oddFile, oddKind, readToEnd, withoutWaiting } from "./disk/read-regular-file.ts";
import { checkOutput, writeOutput } from "./disk/write-output.ts";
import { trackedFiles } from "./tracked-files.ts";

export type FileReaderOptions = Readonly<{
  /** Folder that relative paths start at. */
  cwd: string;
  /** The ledger's home, whose files are not to be overwritten. */
  home: string;
  /** Largest file that is read, in bytes. Default 100 MiB. */
  limit?: number;
  /** How long to wait before a file that changed while being read is read again, in ms. Default 40. */
  settleMs?: number;
  /** How long a pipe may be silent, in ms. Default 10 minutes: what fills it may work for long. */
  silenceMs?: number;
  /** Ends reading. */
  signal?: AbortSignal | undefined;
}>;

type Limits = Readonly<{ limit: number; settleMs: number; silenceMs: number; signal: AbortSignal | undefined }>;

const defaultLimit = 100 * 1024 * 1024;
const attempts = 5;

/** What tells one state of a file from another. */
const stateOf = ({ size, mtimeNs, ctimeNs }: BigIntStats): string => `${size} ${mtimeNs} ${ctimeNs}`;

/**
 * Bytes of a pipe, which has no size to ask for. It is opened without waiting for a writer and then waited for like a connection,
 * which, unlike a thread that waits in a call of the system, can be given up.
 */
async function readPipe(path: string, at: string, { limit, silenceMs, signal }: Limits): Promise<Buffer> {
  const fd = openSync(at, withoutWaiting);
  if (!fstatSync(fd).isFIFO()) {
    closeSync(fd);
    throw unreadableFile(path, "it was replaced while being opened");
  }
  const pipe = new Socket({ fd, readable: true, writable: false, signal });
  pipe.setTimeout(silenceMs, () => {
    pipe.destroy(unreadableFile(path, `nothing was written to this pipe for ${silenceMs / 1000} s`));
  });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of pipe) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) throw fileTooLarge(path, size, limit);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Bytes of a file as they stand at one moment; undefined when it changed meanwhile. */
async function readOnce(path: string, at: string, limits: Limits): Promise<Buffer | undefined> {
  const { limit, signal } = limits;
  // Before it is opened: some devices act on that.
  const kind = oddKind(await stat(at));
  if (kind === "pipe") return readPipe(path, at, limits);
  if (kind !== null) throw oddFile(path, kind);
  const handle = await open(at, withoutWaiting);
  try {
    const before = await handle.stat({ bigint: true });
    const opened = oddKind(before);
    if (opened !== null) throw oddFile(path, opened);
    if (before.size > BigInt(limit)) throw fileTooLarge(path, Number(before.size), limit);
    const bytes = await readToEnd(handle, path, limit, signal);
    return stateOf(before) === stateOf(await handle.stat({ bigint: true })) ? bytes : undefined;
  } finally {
    await handle.close();
  }
}

async function readBytes(path: string, at: string, limits: Limits): Promise<Buffer> {
  const { settleMs, signal } = limits;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const bytes = await readOnce(path, at, limits);
    if (bytes !== undefined) return bytes;
    await wait(settleMs * attempt, undefined, { signal });
  }
  throw invalidInput(path, [`it changed each of the ${attempts} times it was read; wait until it is written`]);
}

/** Whether nothing but a file can be read through an entry of a folder, such as a link; one that leads nowhere is told by reading. */
const isNoOddFile = (at: string): Promise<boolean> =>
  stat(at).then(
    (found) => oddKind(found) === null,
    () => true,
  );

/** Files of this machine, for operations. Paths in answers and messages are those that were given. */
export function fileReader(options: FileReaderOptions): FileReader {
  const { cwd, home, limit = defaultLimit, settleMs = 40, silenceMs = 10 * 60_000, signal } = options;
  const limits = { limit, settleMs, silenceMs, signal };
  const read = async <T>(path: string, decode: (bytes: Buffer) => T): Promise<T> => {
    try {
      return decode(await readBytes(path, resolve(cwd, path), limits));
    } catch (error) {
      // Not a fault of this file, which a caller that reads many would note and pass over.
      signal?.throwIfAborted();
      throw inputFailure(path, error);
    }
  };
  return {
    text: (path) => read(path, (bytes) => decodeText(path, bytes)),
    lines: (path) => read(path, (bytes) => decodeLines(path, bytes)),
    content: (path) => read(path, (bytes) => (isZip(bytes) ? bytes : decodeLoosely(path, bytes))),
    async list(path) {
      const at = resolve(cwd, path);
      try {
        if (!(await stat(at)).isDirectory()) return [path];
        const { glob } = await import("tinyglobby");
        const ignore = ["**/node_modules/**", "**/.git/**"];
        const files = await glob("**/*", { cwd: at, ignore, dot: true, onlyFiles: true, followSymbolicLinks: false });
        const regular = await Promise.all(files.map((file) => isNoOddFile(join(at, file))));
        return files
          .filter((_, n) => regular[n])
          .sort()
          .map((file) => join(path, file));
      } catch (error) {
        throw inputFailure(path, error);
      }
    },
    tracked: trackedFiles,
    write: (path, content, { replace } = {}) => writeOutput(resolve(cwd, path), content, { name: path, home, replace }),
    checkWrite: (path, { replace } = {}) => checkOutput(resolve(cwd, path), { name: path, home, replace }),
  };
}
