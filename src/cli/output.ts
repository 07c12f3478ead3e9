import { standardOutputFailed } from "../domain/errors.ts";

const isGone = (error: NodeJS.ErrnoException): boolean => error.code === "EPIPE" || error.code === "EOF";

/** Keeps a stream whose reader went away (`| head`) from ending the process with a stack trace; `write` reports all else. */
export function tolerateClosedReader(stream: NodeJS.WritableStream): void {
  // Every failure also reaches the callback of the write that met it, so nothing is lost by listening here.
  stream.on("error", () => undefined);
}

/**
 * Writes text and waits until the stream has taken it, so that a process that ends afterwards truncates nothing. A reader that
 * went away has seen what it wanted: that is no failure.
 * @throws store_unwritable
 */
export function write(stream: NodeJS.WritableStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error && !isGone(error)) reject(standardOutputFailed(error.message, error));
      else resolve();
    });
  });
}
