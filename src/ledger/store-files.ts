import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ifMissing, readFailure, writeFailure } from "../platform/disk/failure.ts";
import { leftoverOf, type ReplaceStep, replaceOwnedFile } from "../platform/disk/replace-file.ts";

/** The files beside the journal, each read and replaced whole. */
export interface StoreFiles {
  /** The content of a file; undefined when there is none. @throws store_unreadable */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Size in bytes; 0 when there is no file. @throws store_unreadable */
  size(path: string): Promise<number>;
  /**
   * Replaces a file atomically: writes it under another name, makes it durable, renames it. Readers see the old file or the new
   * one; on failure the old file is unchanged.
   * @throws disk_full, store_unwritable
   */
  replace(path: string, content: Uint8Array): Promise<void>;
  /** The last `bytes` bytes of a file, fewer when it is shorter; none when there is no file. @throws store_unreadable */
  readEnd(path: string, bytes: number): Promise<Uint8Array>;
  /** Appends content with one write, creates the file if necessary, and makes it durable. @throws disk_full, store_unwritable */
  append(path: string, content: Uint8Array): Promise<void>;
  /** Names in a folder; none when there is no folder. @throws store_unreadable */
  names(folder: string): Promise<readonly string[]>;
  /** Creates a folder and its parents. @throws disk_full, store_unwritable */
  makeFolder(path: string): Promise<void>;
  /** Removes a file, if it is there. @throws store_unwritable */
  remove(path: string): Promise<void>;
  /**
   * Removes what killed processes left of unfinished replacements of a file. Only while the writers' lock is held: then no other
   * process is replacing it.
   */
  sweep(path: string): Promise<void>;
}

const whenMissing = <T>(path: string, none: T) => ifMissing(none, (error) => readFailure(path, error));

/** Reads the last `bytes` bytes of a file with one read; Node's own function would need many for a large file. */
async function readLastBytes(path: string, bytes: number): Promise<Uint8Array> {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const end = Buffer.allocUnsafeSlow(Math.min(bytes, size));
    const start = size - end.length;
    let filled = 0;
    while (filled < end.length) {
      const { bytesRead } = await file.read(end, filled, end.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return end.subarray(0, filled);
  } finally {
    await file.close();
  }
}

const readContent = (path: string): Promise<Uint8Array> => readLastBytes(path, Number.POSITIVE_INFINITY);

async function appendTo(path: string, content: Uint8Array): Promise<void> {
  const file = await open(path, "a", 0o600);
  try {
    // A write may be partial; the next one then throws the reason. The next check of the file finds and repairs a torn line.
    for (let written = 0; written < content.length; ) {
      written += (await file.write(content, written, content.length - written)).bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Runs work on a file and rethrows its failures as write failures. */
async function wrapWriteErrors<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw writeFailure(path, error);
  }
}

/** Files of this machine. @param onStep called before each step of a replacement; the step fails with what it throws */
export function storeFiles(onStep: (step: ReplaceStep, path: string) => void = () => undefined): StoreFiles {
  return {
    read: (path) => readContent(path).catch(whenMissing(path, undefined)),
    size: async (path) => (await stat(path).catch(whenMissing(path, { size: 0 }))).size,
    readEnd: (path, bytes) => readLastBytes(path, bytes).catch(whenMissing(path, new Uint8Array(0))),
    append: (path, content) => wrapWriteErrors(path, () => appendTo(path, content)),
    names: async (folder) => (await readdir(folder).catch(whenMissing(folder, []))).sort(),
    makeFolder: (path) => wrapWriteErrors(path, async () => void (await mkdir(path, { recursive: true, mode: 0o700 }))),
    remove: (path) => wrapWriteErrors(path, () => rm(path, { force: true })),
    replace: (path, content) => wrapWriteErrors(path, () => replaceOwnedFile(path, content, (step) => onStep(step, path))),
    sweep: (path) =>
      wrapWriteErrors(path, async () => {
        const folder = dirname(path);
        const leftovers = (await readdir(folder)).filter((name) => leftoverOf(name) === basename(path));
        for (const name of leftovers) await rm(join(folder, name), { force: true });
      }),
  };
}
