import { addAbortSignal, type Readable } from "node:stream";
import { cancelled, fileTooLarge, unreadableFile } from "../kernel/errors.ts";
import { decodeLoosely, decodeText } from "../platform/decode-text.ts";

const name = "standard input";

/** Maximum size of the input, in bytes. */
export const standardInputLimit = 100 * 1024 * 1024;

/**
 * Reads a stream to its end as UTF-8 text; a byte order mark is dropped. `loose`: invalid bytes become U+FFFD.
 * @throws file_too_large, invalid_input (not UTF-8), unreadable_file, cancelled
 */
export async function readText(
  stream: Readable,
  signal: AbortSignal,
  { limit = standardInputLimit, loose = false }: Readonly<{ limit?: number; loose?: boolean }> = {},
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of addAbortSignal(signal, stream)) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > limit) break;
      chunks.push(bytes);
    }
  } catch (error) {
    if (signal.aborted) throw cancelled(`reading ${name}`);
    throw unreadableFile(name, error instanceof Error ? error.message : String(error), error);
  }
  if (size > limit) throw fileTooLarge(name, size, limit);
  return (loose ? decodeLoosely : decodeText)(name, Buffer.concat(chunks));
}
