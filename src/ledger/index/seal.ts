import { crc32 } from "node:zlib";

/*
 * A database file with one flipped bit still opens and returns wrong results. So the file ends in a seal after its last page,
 * which SQLite does not read: eight bytes of magic, the CRC-32 of the database, and four bytes of padding.
 */

const magic = new TextEncoder().encode("RLINDEX1");
const sealLength = 16;

export function seal(database: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(database.length + sealLength);
  bytes.set(database);
  bytes.set(magic, database.length);
  new DataView(bytes.buffer).setUint32(database.length + magic.length, crc32(database));
  return bytes;
}

/** The database without its seal; undefined when the seal is missing or wrong. */
export function unseal(bytes: Uint8Array): Uint8Array | undefined {
  const length = bytes.length - sealLength;
  if (length <= 0 || !magic.every((byte, i) => bytes[length + i] === byte)) return undefined;
  const database = bytes.subarray(0, length);
  const stored = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(length + magic.length);
  return crc32(database) === stored ? database : undefined;
}

const sqliteMagic = new TextEncoder().encode("SQLite format 3\0");

/** Reads `user_version` from the header of a database file; undefined when it is not a database. Needs no SQLite. */
export function headerVersion(bytes: Uint8Array): number | undefined {
  if (bytes.length < 100 || !sqliteMagic.every((byte, i) => bytes[i] === byte)) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(60);
}
