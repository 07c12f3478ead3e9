import { setImmediate as nextTurn } from "node:timers/promises";
import { cancelled } from "../../kernel/errors.ts";
import type { Cursor, Fact, PlacedFact } from "../../kernel/fact.ts";
import { withReadFailure } from "../../platform/disk/failure.ts";
import type { LogChunk, StoreProblem } from "../../ports/fact-log.ts";
import { asBuffer, LINE_FEED } from "./bytes.ts";
import type { JournalFiles } from "./files.ts";
import { type Layout, segmentsAmong, startOf } from "./layout.ts";
import { checkLine } from "./record-codec.ts";

export type ScanOptions = Readonly<{
  files: JournalFiles;
  layout: Layout;
  chunkBytes: number;
  /** Whether another process is writing at the moment: then an unfinished line at the end is not a problem. */
  isBeingWritten: () => Promise<boolean>;
  signal: AbortSignal | undefined;
}>;

/** A chunk of one device's log; `bytes` is the number of bytes that it covers. */
export type DeviceChunk = Omit<LogChunk, "bytesDone" | "bytesTotal"> & Readonly<{ bytes: number }>;

/** Time in ms after which a scan yields to other work. */
const LONGEST_BLOCK_MS = 12;

/** Bytes of a device's log from a cursor to its end. */
export function bytesAfter(files: JournalFiles, layout: Layout, cursor: Cursor): number {
  return segmentsFrom(files, layout, cursor)
    .map((segment) => sizeOf(files, layout, cursor.device, segment) - (segment === cursor.segment ? cursor.offset : 0))
    .reduce((sum, bytes) => sum + Math.max(0, bytes), 0);
}

/**
 * Reads one device's log from a cursor. Lines that are not whole, valid facts are skipped and reported: as `damaged` when a whole
 * fact follows, else (at the end of the log) as one `torn` tail that the cursor does not pass, because its device may still
 * finish, cut off or repair it. An error in the order of facts is reported once, at the fact where it shows; the check continues
 * from that fact.
 * @throws store_unreadable, cancelled
 */
export async function* scanDevice(options: ScanOptions, after: Cursor): AsyncGenerator<DeviceChunk, void, undefined> {
  const { files, layout } = options;
  const device = after.device;
  const fits = withReadFailure(layout.log(device), () => cursorFits(files, layout, after));
  const progress = startProgress(fits ? after : startOf(device), (line, place) => isRepeated(options, line, place));
  let rewound = !fits;
  for (const segment of withReadFailure(layout.log(device), () => segmentsFrom(files, layout, progress.cursor()))) {
    let before = progress.cursor();
    for await (const bytes of scanSegment(options, progress, segment)) {
      if (progress.isEmpty() && !rewound) continue;
      const batch = progress.take();
      // Apparent damage may result from facts that were taken back and replaced by others during this scan.
      if (batch.problems.length > 0 && !withReadFailure(layout.log(device), () => cursorFits(files, layout, before))) {
        yield* scanDevice(options, before);
        return;
      }
      yield { ...batch, rewound, bytes };
      rewound = false;
      before = batch.cursor;
    }
  }
  const torn = await tornTail(options, progress);
  if (rewound || torn !== null) {
    yield { facts: [], problems: torn === null ? [] : [torn], cursor: progress.cursor(), rewound, bytes: 0 };
  }
}

/** The unfinished lines at the end of the log as a problem, unless they are being written at the moment. */
async function tornTail({ files, layout, isBeingWritten }: ScanOptions, progress: ScanProgress): Promise<StoreProblem | null> {
  const torn = progress.torn();
  if (torn === null || (await isBeingWritten())) return null;
  // If the log's end has changed since it was read, the log was being written.
  const { device, segment, end } = progress.end();
  return withReadFailure(layout.log(device), () => sizeOf(files, layout, device, segment)) === end ? torn : null;
}

/** Reads a segment's lines from the cursor; yields the number of bytes of each chunk after reading it. */
async function* scanSegment(
  { files, layout, chunkBytes, signal }: ScanOptions,
  progress: ScanProgress,
  segment: number,
): AsyncGenerator<number, void, undefined> {
  const { device, segment: startSegment, offset: startOffset } = progress.cursor();
  const path = layout.segment(device, segment);
  const size = withReadFailure(path, () => sizeOf(files, layout, device, segment));
  let blockStart = performance.now();
  for (let offset = segment === startSegment ? startOffset : 0; offset < size; ) {
    if (signal?.aborted === true) throw cancelled("reading the journal");
    const { bytes, whole } = withReadFailure(path, () => readLines(files, path, offset, size, chunkBytes));
    for (let at = 0; at < whole; ) {
      const end = bytes.indexOf(LINE_FEED, at);
      progress.line(bytes.subarray(at, end), { device, segment, offset: offset + at, length: end - at });
      at = end + 1;
      if (performance.now() - blockStart > LONGEST_BLOCK_MS) {
        await nextTurn();
        blockStart = performance.now();
      }
    }
    if (whole < bytes.length) progress.unfinished(segment, offset + whole, bytes.length - whole);
    progress.reached(segment, offset + bytes.length);
    // There is nothing more to read if the file has become shorter meanwhile.
    if (bytes.length === 0) return;
    offset += bytes.length;
    yield bytes.length;
    await nextTurn();
    blockStart = performance.now();
  }
}

/** Reads bytes from `offset`: about `chunkBytes`, more when a line is longer. `whole`: how many of them belong to whole lines. */
function readLines(files: JournalFiles, path: string, offset: number, size: number, chunkBytes: number) {
  for (let length = chunkBytes; ; length *= 2) {
    const wanted = Math.min(length, size - offset);
    const bytes = asBuffer(files.readAt(path, offset, wanted));
    const whole = bytes.lastIndexOf(LINE_FEED) + 1;
    const atEnd = bytes.length < wanted || offset + wanted >= size;
    if (atEnd) return { bytes, whole };
    if (whole > 0) return { bytes: bytes.subarray(0, whole), whole };
  }
}

/** Number of bytes before a line that are searched for an identical line: a repeated write leaves one there. */
const REPEAT_BYTES = 4 * 1024 * 1024;

/** Whether an identical line exists shortly before a place in its segment. */
function isRepeated({ files, layout }: ScanOptions, line: Buffer, { device, segment, offset }: PlacedFact["place"]): boolean {
  const path = layout.segment(device, segment);
  const start = Math.max(0, offset - REPEAT_BYTES);
  const before = asBuffer(withReadFailure(path, () => files.readAt(path, start, offset - start)));
  const wholeLine = Buffer.concat([line, Buffer.of(LINE_FEED)]);
  for (let at = before.indexOf(wholeLine); at !== -1; at = before.indexOf(wholeLine, at + 1)) {
    if (start + at === 0 || before[at - 1] === LINE_FEED) return true;
  }
  return false;
}

type ScanProgress = ReturnType<typeof startProgress>;

/** The state of a scan: the last fact, and the lines since then that are not facts. */
function startProgress(from: Cursor, isRepeat: (line: Buffer, place: PlacedFact["place"]) => boolean) {
  const { device } = from;
  let last = from;
  let facts: PlacedFact[] = [];
  let problems: StoreProblem[] = [];
  let pending: StoreProblem[] = [];
  let end = { segment: from.segment, end: from.offset };

  function accept(fact: Fact, bytes: Buffer, end: Pick<Cursor, "segment" | "offset">, place: PlacedFact["place"]): void {
    const { segment, offset } = place;
    // A repetition of the last line is the same fact: the cursor moves past it.
    if (fact.hash === last.hash) {
      for (const one of pending) problems.push(one);
      pending = [];
      last = { ...last, ...end };
      return;
    }
    if (fact.seq <= last.seq && isRepeat(bytes, place)) return;
    const disorder = orderProblems(last, pending.length, fact, { device, segment, offset, seq: fact.seq });
    for (const one of [...pending, ...disorder]) problems.push(one);
    pending = [];
    facts.push({ fact, place });
    last = { device, seq: fact.seq, hash: fact.hash, ...end };
  }

  return {
    line(bytes: Buffer, place: PlacedFact["place"]): void {
      const checked = checkLine(bytes, device);
      const { segment, offset } = place;
      if (checked.fact !== null) {
        accept(checked.fact, bytes, { segment, offset: offset + place.length + 1 }, place);
        return;
      }
      const seq = checked.seq ?? last.seq + pending.length + 1;
      const message = `Line at byte ${offset} of segment ${segment} (about fact ${seq}) is damaged: ${checked.reason}`;
      pending.push({ kind: "damaged", device, segment, offset, seq, message });
    },
    unfinished(segment: number, offset: number, length: number): void {
      const message = `The last ${length} bytes of segment ${segment} are not a whole line`;
      pending.push({ kind: "damaged", device, segment, offset, seq: null, message });
    },
    isEmpty: () => facts.length === 0 && problems.length === 0,
    take() {
      const taken = { facts, problems, cursor: last };
      facts = [];
      problems = [];
      return taken;
    },
    cursor: () => last,
    reached(segment: number, offset: number): void {
      end = { segment, end: offset };
    },
    /** The last byte read. */
    end: () => ({ device, ...end }),
    /** The lines after the last fact, as one problem. */
    torn(): StoreProblem | null {
      const first = pending[0];
      if (first === undefined) return null;
      const message = `The log ends with bytes that are not a whole fact, from byte ${first.offset} of segment ${first.segment} on`;
      return { kind: "torn", device, segment: first.segment, offset: first.offset, seq: last.seq + 1, message };
    },
  };
}

type ProblemPlace = Readonly<{ device: string; segment: number; offset: number; seq: number }>;

/**
 * Checks the order of the last fact and the next one, with `damaged` unreadable lines between them.
 * @returns none or one problem
 */
function orderProblems(last: Cursor, damaged: number, next: Fact, place: ProblemPlace): readonly StoreProblem[] {
  const expected = last.seq + 1;
  if (next.seq <= last.seq) {
    return [{ ...place, kind: "fork", message: `Fact ${next.seq} is in the log twice, or follows fact ${last.seq}` }];
  }
  if (next.seq > expected + damaged) {
    const missing = next.seq - expected - damaged;
    return [
      { ...place, kind: "gap", message: `${missing} ${missing === 1 ? "fact is" : "facts are"} missing before fact ${next.seq}` },
    ];
  }
  if (damaged === 0 && next.prev !== last.hash) {
    return [
      {
        ...place,
        kind: "chain",
        message: `Fact ${next.seq} does not continue fact ${last.seq}: its prev is not that fact's hash`,
      },
    ];
  }
  return [];
}

/** Whether the fact before a cursor is the one that the cursor names; false when facts were taken back or files replaced. */
function cursorFits(files: JournalFiles, layout: Layout, cursor: Cursor): boolean {
  if (cursor.seq === 0) return cursor.offset === 0;
  if (cursor.hash === null || cursor.offset === 0) return false;
  const path = layout.segment(cursor.device, cursor.segment);
  if ((files.look(path)?.size ?? 0) < cursor.offset) return false;
  for (let length = 4096; ; length *= 8) {
    const start = Math.max(0, cursor.offset - length);
    const bytes = asBuffer(files.readAt(path, start, cursor.offset - start));
    if (bytes.at(-1) !== LINE_FEED) return false;
    const before = bytes.length < 2 ? -1 : bytes.lastIndexOf(LINE_FEED, bytes.length - 2);
    if (before === -1 && start > 0) continue;
    return bytes.includes(cursor.hash, before + 1);
  }
}

function segmentsFrom(files: JournalFiles, layout: Layout, cursor: Cursor): readonly number[] {
  return segmentsAmong(files.list(layout.log(cursor.device)) ?? []).filter((segment) => segment >= cursor.segment);
}

function sizeOf(files: JournalFiles, layout: Layout, device: string, segment: number): number {
  return files.look(layout.segment(device, segment))?.size ?? 0;
}
