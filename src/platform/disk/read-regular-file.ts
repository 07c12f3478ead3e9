import { constants, type Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { fileTooLarge, unreadableFile } from "../../kernel/errors.ts";

/** Flags that open a file without waiting for a writer; Windows has neither pipes as files nor this flag. */
export const nonBlockingFlags = constants.O_RDONLY | (process.platform === "win32" ? 0 : constants.O_NONBLOCK);

type KindChecks = Pick<Stats, "isDirectory" | "isSocket" | "isFIFO" | "isCharacterDevice" | "isBlockDevice">;

/** The kind of what is at a path in place of a regular file; null for a regular file. */
export function irregularKind(stats: KindChecks): "folder" | "socket" | "pipe" | "device" | null {
  if (stats.isDirectory()) return "folder";
  if (stats.isSocket()) return "socket";
  if (stats.isFIFO()) return "pipe";
  return stats.isCharacterDevice() || stats.isBlockDevice() ? "device" : null;
}

export const irregularFile = (name: string, kind: string): Error => unreadableFile(name, `it is a ${kind}`);

const chunkSize = 1024 * 1024;

/**
 * Reads from a handle's position to the end of the file.
 * @param expected number of bytes that the file has, as far as known; most of the many files that are read have a few hundred
 * @throws file_too_large, and the signal's reason
 */
export async function readToEnd(
  handle: FileHandle,
  name: string,
  limit: number,
  expected: number,
  signal?: AbortSignal,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // One more byte than expected shows the end of the file without another buffer.
  let free = Buffer.allocUnsafe(Math.min(expected + 1, chunkSize));
  for (let size = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await handle.read(free);
    if (bytesRead === 0) return Buffer.concat(chunks);
    size += bytesRead;
    if (size > limit) throw fileTooLarge(name, size, limit);
    chunks.push(free.subarray(0, bytesRead));
    free = bytesRead < free.length ? free.subarray(bytesRead) : Buffer.allocUnsafe(chunkSize);
  }
}

/**
 * Reads a file that anybody may have put there. Only a regular file is read: waiting for a pipe or
 * reading a device may never end.
 * @param name the path as the user knows it
 * @throws unreadable_file, file_too_large, and what the system throws
 */
export async function readRegular(path: string, limit: number, name = path): Promise<Buffer> {
  const kind = irregularKind(await stat(path));
  if (kind !== null) throw irregularFile(name, kind);
  const handle = await open(path, nonBlockingFlags);
  try {
    const found = await handle.stat();
    const openedKind = irregularKind(found);
    if (openedKind !== null) throw irregularFile(name, openedKind);
    if (found.size > limit) throw fileTooLarge(name, found.size, limit);
    return await readToEnd(handle, name, limit, found.size);
  } finally {
    await handle.close();
  }
}
