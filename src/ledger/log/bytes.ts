/** Ends every line of a segment. */
export const LINE_FEED = 0x0a;

/** The same bytes as a Buffer, for its search and text functions; nothing is copied. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
