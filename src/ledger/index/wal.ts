/*
 * Merges an SQLite file in WAL mode with its write-ahead log. sql.js has no shared memory and cannot do this itself.
 * Source of the formats: sqlite.org/fileformat2.html, sections 1.3 and 4.
 */

const headerLength = 32;
const frameHeaderLength = 24;

type Sums = readonly [number, number];

/** SQLite's running checksum over 8-byte steps. */
function checksum(view: DataView, from: number, to: number, littleEndian: boolean, [first, second]: Sums): Sums {
  let [a, b] = [first, second];
  for (let at = from; at < to; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) >>> 0;
    b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0;
  }
  return [a, b];
}

type Frame = Readonly<{ page: number; size: number; data: Uint8Array }>;

/** The frames of a log up to its last commit; later frames were never committed. */
function committedFrames(wal: Uint8Array, pageSize: number): readonly Frame[] {
  const view = new DataView(wal.buffer, wal.byteOffset, wal.length);
  if (wal.length < headerLength || view.getUint32(8) !== pageSize) return [];
  // The lowest bit of the magic gives the byte order of the checksums.
  const littleEndian = (view.getUint32(0) & 1) === 0;
  let sums = checksum(view, 0, 24, littleEndian, [0, 0]);
  const matchesChecksum = (at: number): boolean => view.getUint32(at) === sums[0] && view.getUint32(at + 4) === sums[1];
  if (!matchesChecksum(24)) return [];
  const frames: Frame[] = [];
  let committed = 0;
  for (let at = headerLength; at + frameHeaderLength + pageSize <= wal.length; at += frameHeaderLength + pageSize) {
    const isCurrent = view.getUint32(at + 8) === view.getUint32(16) && view.getUint32(at + 12) === view.getUint32(20);
    sums = checksum(view, at, at + 8, littleEndian, sums);
    sums = checksum(view, at + frameHeaderLength, at + frameHeaderLength + pageSize, littleEndian, sums);
    if (!isCurrent || !matchesChecksum(at + 16)) break;
    const size = view.getUint32(at + 4);
    frames.push({
      page: view.getUint32(at),
      size,
      data: wal.subarray(at + frameHeaderLength, at + frameHeaderLength + pageSize),
    });
    if (size > 0) committed = frames.length;
  }
  return frames.slice(0, committed);
}

/** Page size from the header of a database file. */
function pageSizeOf(database: Uint8Array): number {
  const stated = ((database[16] ?? 0) << 8) | (database[17] ?? 0);
  return stated === 1 ? 65_536 : stated;
}

/**
 * Returns the database as one file that needs no log.
 * @param wal the file beside it that ends in `-wal`, if there is one
 */
export function mergeWal(database: Uint8Array, wal: Uint8Array | undefined): Uint8Array {
  if (database.length < 100) return database;
  const pageSize = pageSizeOf(database);
  const frames = wal === undefined ? [] : committedFrames(wal, pageSize);
  const pages = frames.findLast(({ size }) => size > 0)?.size ?? Math.ceil(database.length / pageSize);
  const merged = new Uint8Array(pages * pageSize);
  merged.set(database.subarray(0, Math.min(database.length, merged.length)));
  for (const { page, data } of frames) if (page >= 1 && page <= pages) merged.set(data, (page - 1) * pageSize);
  // Read and write version 1: no write-ahead log.
  merged[18] = 1;
  merged[19] = 1;
  return merged;
}
