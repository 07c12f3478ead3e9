import { fstatSync, write as writeBytes } from "node:fs";
import { promisify } from "node:util";
import { standardOutputFailed, standardOutputFull } from "../kernel/errors.ts";

/** A stream of this process, or a replacement for one. */
export type Output = NodeJS.WritableStream & Readonly<{ fd?: number; isTTY?: boolean; columns?: number; rows?: number }>;

const writeAsync = promisify(writeBytes);

const isReaderGone = (error: NodeJS.ErrnoException): boolean => error.code === "EPIPE" || error.code === "EOF";

/**
 * Keeps a stream whose reader closed it (`| head`) from ending the process with a stack trace; `write` reports all other errors.
 */
export function tolerateClosedReader(stream: NodeJS.WritableStream): void {
  // Every failure also reaches the callback of the write that caused it, so this listener hides nothing.
  stream.on("error", () => undefined);
}

/** Whether the shell opened a file or a device for the stream. */
function isFile(fd: number): boolean {
  const kind = fstatSync(fd);
  return kind.isFile() || kind.isCharacterDevice();
}

/**
 * Writes to a file that the shell opened. Node's own stream uses a single write call, which a full disk
 * cuts short without an error.
 */
async function writeAll(fd: number, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    written += (await writeAsync(fd, bytes, written, bytes.length - written, null)).bytesWritten;
  }
}

const failure = (error: NodeJS.ErrnoException): Error =>
  error.code === "ENOSPC" || error.code === "EDQUOT" ? standardOutputFull(error) : standardOutputFailed(error.message, error);

function writeToStream(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error && !isReaderGone(error)) reject(failure(error));
      else resolve();
    });
  });
}

/**
 * Writes text and waits until the stream has accepted it, so that nothing is lost when the process ends afterwards. A reader that
 * closed the stream has seen what it wanted: that is not a failure.
 * @throws disk_full, store_unwritable
 */
export async function write(stream: Output, text: string): Promise<void> {
  // A file that is still being opened has no descriptor yet.
  if (typeof stream.fd !== "number" || stream.isTTY || !isFile(stream.fd)) return writeToStream(stream, text);
  try {
    await writeAll(stream.fd, text);
  } catch (error) {
    throw error instanceof Error ? failure(error) : error;
  }
}
