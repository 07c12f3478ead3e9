import { invalidInput } from "../kernel/errors.ts";

/** What bytes are that begin as no UTF-8 text does, as far as it can be told. */
function formOf(bytes: Buffer): string | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "it is compressed by gzip; unpack it first";
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3) return "it is a zip archive; unpack it first";
  const isMarked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  // Without a mark its first character, a bracket, has a zero byte before or behind it.
  const isPadded = bytes.length > 1 && (bytes[0] === 0) !== (bytes[1] === 0);
  return isMarked || isPadded ? "it is UTF-16 text, UTF-8 is needed" : undefined;
}

/** Bytes as UTF-8 text; a byte order mark is dropped. @throws invalid_input that says what else they are */
export function decodeText(target: string, bytes: Buffer): string {
  const form = formOf(bytes);
  if (form !== undefined) throw invalidInput(target, [form]);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // The decoder says no more than that it failed.
    throw invalidInput(target, ["it is not UTF-8 text"]);
  }
}
