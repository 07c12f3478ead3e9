import { type BigIntStats, closeSync, fstatSync, openSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Socket } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileTooLarge, invalidInput, unreadableFile } from "../kernel/errors.ts";
import type { FileReader } from "../ports/ports.ts";
import { decodeLines, decodeLoosely, decodeText, isZip } from "./decode-text.ts";
import { inputFailure } from "./disk/failure.ts";
import { irregularFile, irregularKind, nonBlockingFlags, readToEnd } from "./disk/read-regular-file.ts";
import { checkOutput, writeOutput } from "./disk/write-output.ts";
import { trackedFiles } from "./tracked-files.ts";

export type FileReaderOptions = Readonly<{
  /** Base folder of relative paths. */
  cwd: string;
  /** The ledger's home, whose files must not be overwritten. */
  home: string;
  /** Maximum size of a file that is read, in bytes. Default 100 MiB. */
  limit?: number;
  /** Delay in ms before a file that changed during the read is read again. Default 40. */
  settleMs?: number;
  /** How long a pipe may be silent, in ms. Default 10 minutes: the program that writes it may work for long. */
  silenceMs?: number;
  /** Cancels the read. */
  signal?: AbortSignal | undefined;
}>;

type Limits = Readonly<{ limit: number; settleMs: number; silenceMs: number; signal: AbortSignal | undefined }>;

const defaultLimit = 100 * 1024 * 1024;
const attempts = 5;

/** Identifies a state of a file: size, modification time and change time. */
const stateOf = ({ size, mtimeNs, ctimeNs }: BigIntStats): string => `${size} ${mtimeNs} ${ctimeNs}`;

/**
 * Reads a pipe, which has no size. It is opened without waiting for a writer and then read like a connection: that wait can be
 * cancelled, unlike a thread that is blocked in a system call.
 */
async function readPipe(path: string, at: string, { limit, silenceMs, signal }: Limits): Promise<Buffer> {
  const fd = openSync(at, nonBlockingFlags);
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

/** Bytes of a file at one moment; undefined when the file changed during the read. */
async function readOnce(path: string, at: string, limits: Limits): Promise<Buffer | undefined> {
  const { limit, signal } = limits;
  // Checked before the file is opened: some devices react to being opened.
  const irregular = irregularKind(await stat(at));
  if (irregular === "pipe") return readPipe(path, at, limits);
  if (irregular !== null) throw irregularFile(path, irregular);
  const handle = await open(at, nonBlockingFlags);
  try {
    const before = await handle.stat({ bigint: true });
    const openedKind = irregularKind(before);
    if (openedKind !== null) throw irregularFile(path, openedKind);
    if (before.size > BigInt(limit)) throw fileTooLarge(path, Number(before.size), limit);
    const bytes = await readToEnd(handle, path, limit, Number(before.size), signal);
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

/**
 * Whether an entry of a folder, such as a link, leads to a regular file. True for a broken link: reading it reports the error.
 */
const isRegularOrMissing = (at: string): Promise<boolean> =>
  stat(at).then(
    (found) => irregularKind(found) === null,
    () => true,
  );

/** The files of this machine, for operations. Answers and messages contain the paths that were given. */
export function fileReader(options: FileReaderOptions): FileReader {
  const { cwd, home, limit = defaultLimit, settleMs = 40, silenceMs = 10 * 60_000, signal } = options;
  const limits = { limit, settleMs, silenceMs, signal };
  const read = async <T>(path: string, decode: (bytes: Buffer) => T): Promise<T> => {
    try {
      return decode(await readBytes(path, resolve(cwd, path), limits));
    } catch (error) {
      // Cancellation is not a fault of this file: a caller that reads many files would record it and continue.
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
        const regular = await Promise.all(files.map((file) => isRegularOrMissing(join(at, file))));
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
