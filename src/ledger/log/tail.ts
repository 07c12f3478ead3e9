import type { Fact } from "../../kernel/fact.ts";
import { asBuffer, LINE_FEED } from "./bytes.ts";
import type { JournalFiles } from "./files.ts";
import { type Layout, segmentsAmong } from "./layout.ts";
import { checkLine } from "./record-codec.ts";

/** The end of a log: the byte after its last whole fact, and what the next fact continues. */
export type Tail = Readonly<{
  segment: number;
  offset: number;
  /** 0, null and null before the first fact. */
  seq: number;
  hash: string | null;
  at: string | null;
}>;

/** Bytes after the last whole fact of a log, left by a write that a crash interrupted. */
export type TornTail = Readonly<{ segment: number; offset: number; length: number }>;

const FIRST_READ_BYTES = 16 * 1024;

/** Finds the end of a device's log by reading backwards, no further than to the last whole fact. Changes nothing. */
export function findTail(files: JournalFiles, layout: Layout, device: string): Readonly<{ tail: Tail; torn: TornTail | null }> {
  const segments = segmentsAmong(files.list(layout.log(device)) ?? []);
  const last = segments.at(-1) ?? 1;
  let end: number | null = null;
  for (const segment of segments.toReversed()) {
    const found = readLastFact(files, layout.segment(device, segment), device);
    if (segment === last) end = found?.end ?? 0;
    if (found === null) continue;
    const { seq, hash, at } = found.fact;
    return { tail: { segment: last, offset: end ?? 0, seq, hash, at }, torn: tornAfter(files, layout, device, last, end ?? 0) };
  }
  return { tail: { segment: last, offset: 0, seq: 0, hash: null, at: null }, torn: tornAfter(files, layout, device, last, 0) };
}

function tornAfter(files: JournalFiles, layout: Layout, device: string, segment: number, offset: number): TornTail | null {
  const size = files.look(layout.segment(device, segment))?.size ?? 0;
  return size > offset ? { segment, offset, length: size - offset } : null;
}

/** The last whole fact of a segment and the byte after its line feed. */
function readLastFact(files: JournalFiles, path: string, device: string): Readonly<{ fact: Fact; end: number }> | null {
  const size = files.look(path)?.size ?? 0;
  for (let length = Math.min(FIRST_READ_BYTES, size); length > 0; length = Math.min(length * 8, size)) {
    const start = size - length;
    const found = findLastFact(asBuffer(files.readAt(path, start, length)), device, start === 0);
    if (found !== null) return { fact: found.fact, end: start + found.end };
    if (start === 0) break;
  }
  return null;
}

function findLastFact(bytes: Buffer, device: string, fromStart: boolean): Readonly<{ fact: Fact; end: number }> | null {
  let lineFeed = bytes.lastIndexOf(LINE_FEED);
  while (lineFeed !== -1) {
    const before = lineFeed === 0 ? -1 : bytes.lastIndexOf(LINE_FEED, lineFeed - 1);
    if (before === -1 && !fromStart) return null;
    const { fact } = checkLine(bytes.subarray(before + 1, lineFeed), device);
    if (fact !== null) return { fact, end: lineFeed + 1 };
    lineFeed = before;
  }
  return null;
}
