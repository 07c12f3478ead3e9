import type { BigIntStats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { writeOutput } from "../disk/write-output.ts";
import { fileTooLarge, invalidInput, LedgerError, unreadableFile } from "../domain/errors.ts";
import type { FileReader } from "../domain/ports.ts";
import { readFailure } from "./failure.ts";
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
}>;

const defaultLimit = 100 * 1024 * 1024;
const attempts = 5;

/** What tells one state of a file from another. */
const stateOf = ({ size, mtimeNs, ctimeNs }: BigIntStats): string => `${size} ${mtimeNs} ${ctimeNs}`;

/** Bytes of a pipe or device, which has no size to ask for. */
async function readStream(handle: FileHandle, path: string, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of handle.createReadStream({ autoClose: false })) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > limit) throw fileTooLarge(path, size, limit);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** Bytes of a file as they stand at one moment; undefined when it changed meanwhile. */
async function readOnce(path: string, at: string, limit: number): Promise<Buffer | undefined> {
  const handle = await open(at);
  try {
    const before = await handle.stat({ bigint: true });
    if (before.isDirectory()) throw unreadableFile(path, "it is a folder");
    if (!before.isFile()) return await readStream(handle, path, limit);
    if (before.size > BigInt(limit)) throw fileTooLarge(path, Number(before.size), limit);
    const bytes = await handle.readFile();
    return stateOf(before) === stateOf(await handle.stat({ bigint: true })) ? bytes : undefined;
  } finally {
    await handle.close();
  }
}

function decode(path: string, bytes: Buffer): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw invalidInput(path, ["it is UTF-16 text, UTF-8 is needed"]);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The decoder says no more than that it failed.
    throw invalidInput(path, ["it is not UTF-8 text"]);
  }
}

async function readText(path: string, at: string, limit: number, settleMs: number): Promise<string> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const bytes = await readOnce(path, at, limit);
    if (bytes !== undefined) return decode(path, bytes);
    await wait(settleMs * attempt);
  }
  throw invalidInput(path, [`it changed each of the ${attempts} times it was read; wait until it is written`]);
}

/** Files of this machine, for operations. Paths in answers and messages are those that were given. */
export function fileReader({ cwd, home, limit = defaultLimit, settleMs = 40 }: FileReaderOptions): FileReader {
  return {
    async text(path) {
      try {
        return await readText(path, resolve(cwd, path), limit, settleMs);
      } catch (error) {
        throw error instanceof LedgerError ? error : readFailure(path, error);
      }
    },
    async list(path) {
      const at = resolve(cwd, path);
      try {
        if (!(await stat(at)).isDirectory()) return [path];
        const { glob } = await import("tinyglobby");
        const ignore = ["**/node_modules/**", "**/.git/**"];
        const files = await glob("**/*", { cwd: at, ignore, dot: true, onlyFiles: true, followSymbolicLinks: false });
        return files.sort().map((file) => join(path, file));
      } catch (error) {
        throw readFailure(path, error);
      }
    },
    tracked: trackedFiles,
    write: (path, content, { replace } = {}) => writeOutput(resolve(cwd, path), content, { name: path, home, replace }),
  };
}
