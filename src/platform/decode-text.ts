import { isUtf8 } from "node:buffer";
import { invalidInput } from "../kernel/errors.ts";

/** Whether bytes are a zip archive. */
export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

/** What bytes are that begin as no text does that is read, as far as it can be told. */
function formOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "it is compressed by gzip; unpack it first";
  if (isZip(bytes)) return "it is a zip archive; unpack it first";
  // Without a mark its first character, a bracket, has a zero byte before or behind it.
  const isPadded = bytes.length > 1 && (bytes[0] === 0) !== (bytes[1] === 0);
  return isPadded ? "it is UTF-16 text without a byte order mark, UTF-8 is needed" : undefined;
}

/** UTF-16 is what `>` of Windows PowerShell writes; its byte order mark says which of both. */
function encodingOf(bytes: Buffer): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

const newline = 0x0a;

/**
 * Lines of JSON of which some are not UTF-8, as a log that was cut within a character: those begin with U+FFFD, so that they are no JSON
 * and take no other along. Undefined where no line is an object by itself.
 */
function decodeLines(bytes: Buffer): string | undefined {
  const lines: string[] = [];
  let hasObject = false;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    const isText = isUtf8(line);
    const text = new TextDecoder().decode(line);
    hasObject ||= isText && /^\{.*\}[\s,]*$/.test(text);
    lines.push(isText ? text : `\uFFFD${text}`);
    start = end === -1 ? bytes.length : end + 1;
  }
  return hasObject ? lines.join("\n") : undefined;
}

/** Bytes as text: UTF-8, or UTF-16 with a byte order mark; the mark is dropped. @throws invalid_input that says what else they are */
export function decodeText(target: string, bytes: Buffer): string {
  const form = formOf(bytes);
  if (form !== undefined) throw invalidInput(target, [form]);
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const lines = encoding === "utf-8" ? decodeLines(bytes) : undefined;
    if (lines !== undefined) return lines;
    // The decoder says no more than that it failed.
    throw invalidInput(target, [`it is not ${encoding === "utf-8" ? "UTF-8" : "UTF-16"} text`]);
  }
}
