import { isUtf8 } from "node:buffer";
import { invalidInput } from "../kernel/errors.ts";
import { replacementCharacter, zipRefusal } from "../kernel/unreadable-text.ts";

/** Whether bytes are a zip archive. */
export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

type Encoding = "utf-8" | "utf-16le" | "utf-16be";

/** The message for compressed bytes, which begin as no text does; undefined for others. */
function compressionProblem(bytes: Buffer): string | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "it is compressed by gzip; unpack it first";
  return isZip(bytes) ? zipRefusal : undefined;
}

/** The encoding according to the byte order mark; UTF-8 without one. `>` of Windows PowerShell writes UTF-16. */
function encodingFromBom(bytes: Buffer): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

/** UTF-16 without a mark: the first character, a bracket or a letter of a path, has a zero byte before or after it. */
function guessEncoding(bytes: Buffer): Encoding | undefined {
  if (bytes.length < 2 || (bytes[0] === 0) === (bytes[1] === 0)) return undefined;
  return bytes[0] === 0 ? "utf-16be" : "utf-16le";
}

const nameOf = (encoding: Encoding): string => (encoding === "utf-8" ? "UTF-8" : "UTF-16");

/**
 * Decodes UTF-8, or UTF-16 with a byte order mark; the mark is dropped. @throws invalid_input that names what else the bytes are
 */
export function decodeText(target: string, bytes: Buffer): string {
  const problem = compressionProblem(bytes);
  if (problem !== undefined) throw invalidInput(target, [problem]);
  if (guessEncoding(bytes) !== undefined) {
    throw invalidInput(target, ["it is UTF-16 text without a byte order mark, UTF-8 is needed"]);
  }
  const encoding = encodingFromBom(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // The decoder reports only that it failed.
    throw invalidInput(target, [`it is not ${nameOf(encoding)} text`]);
  }
}

/** Decodes a file that a person wrote: UTF-8, or UTF-16 with a byte order mark, as Windows editors save it; drops the mark. */
export const decodeByBom = (bytes: Buffer): string => new TextDecoder(encodingFromBom(bytes)).decode(bytes);

const newline = 0x0a;

/** The lines of bytes; those that are not UTF-8 begin with U+FFFD. Undefined when no line is a JSON object by itself. */
function decodeReadableLines(bytes: Buffer): string | undefined {
  const lines: string[] = [];
  let hasObject = false;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    const isText = isUtf8(line);
    const text = new TextDecoder().decode(line);
    hasObject ||= isText && /^\{.*\}[\s,]*$/.test(text);
    lines.push(isText ? text : `${replacementCharacter}${text}`);
    start = end === -1 ? bytes.length : end + 1;
  }
  return hasObject ? lines.join("\n") : undefined;
}

/**
 * `decodeText` for lines of JSON: a line that is not UTF-8, as in a log that was cut within a character, begins with U+FFFD. It
 * is then not JSON, and the other lines stay readable.
 * @throws invalid_input when no line is an object by itself
 */
export function decodeLines(target: string, bytes: Buffer): string {
  try {
    return decodeText(target, bytes);
  } catch (error) {
    const lines = decodeReadableLines(bytes);
    if (lines === undefined) throw error;
    return lines;
  }
}

/** Byte order marks between files that were concatenated. */
const innerMarks = /(^|[\r\n])\uFEFF+|([\]}>])\uFEFF+(?=\s*[[{<])/g;

/** At most one character in this many may be unreadable; otherwise the bytes are not text. */
const readableShare = 8;

function countOf(text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count += 1;
  return count;
}

/**
 * `decodeText` for what other programs wrote: bytes that are invalid in the encoding become U+FFFD, so that a single one does not
 * make the rest unreadable; UTF-16 needs no mark, and marks inside of the text are dropped.
 * @throws invalid_input for bytes that are not text, or text in two encodings
 */
export function decodeLoosely(target: string, bytes: Buffer): string {
  const problem = compressionProblem(bytes);
  if (problem !== undefined) throw invalidInput(target, [problem]);
  const encoding = guessEncoding(bytes) ?? encodingFromBom(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  const unreadableCount = countOf(text, replacementCharacter);
  if (unreadableCount * readableShare > text.length || (unreadableCount > 0 && text.includes("\0"))) {
    throw invalidInput(target, [`it is not ${nameOf(encoding)} text`]);
  }
  return text.includes("\uFEFF") ? text.replace(innerMarks, "$1$2") : text;
}
