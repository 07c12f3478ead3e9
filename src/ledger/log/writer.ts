import { clockToleranceMs } from "../../kernel/clock-tolerance.ts";
import { lockLost } from "../../kernel/errors.ts";
import type { Draft, Fact, PlacedFact } from "../../kernel/fact.ts";
import { writeFailure } from "../../platform/disk/failure.ts";
import type { Device, LogWriter } from "../../ports/fact-log.ts";
import type { Clock, Ids, Logger } from "../../ports/ports.ts";
import type { AppendFile, JournalFiles } from "./files.ts";
import { foreignLines } from "./hash-fact.ts";
import { LogCut } from "./head-store.ts";
import type { Layout } from "./layout.ts";
import type { HeldLock } from "./lock.ts";
import { countLost, type Head } from "./log-head.ts";
import { type SealedLine, type SerializedData, sealLine } from "./record-codec.ts";
import type { Tail } from "./tail.ts";

/** Latest time of a fact, in ms: years have four digits. */
const lastTime = Date.parse("9999-12-31T23:59:59.999Z");

export type WriterOptions = Readonly<{
  files: JournalFiles;
  layout: Layout;
  device: Device;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** Limit of a segment in bytes: a batch that would exceed it goes whole into the next segment. */
  segmentBytes: number;
  /** Data that were serialized before sealing. */
  prepared: Readonly<{ get(data: Fact["data"]): SerializedData | undefined }>;
  lock: HeldLock;
  /** Takes the lock again at once after it was lost; null when somebody else has it. */
  retake: () => Promise<HeldLock | null>;
  tail: Tail;
  /** The last acknowledged fact of the log; null where none is stored. */
  head: Head | null;
  /** Whether others may have the log's facts: then the numbers of facts that are missing here are not reused. */
  isShared(): boolean;
  /** Called when the acknowledged end of the log has moved. */
  onHead(head: Head): void;
  /** The segments whose directory entries are durable; outlives the writer. */
  durableSegments: Set<number>;
  /** A writer of another device's log, under the same lock. */
  another(device: string): Promise<OpenWriter>;
}>;

/** A writer for as long as the lock is held. */
export type OpenWriter = Readonly<{
  writer: LogWriter;
  /** The device whose log it writes. */
  device: string;
  /** False when the end of the log is unknown, after a failure that could not be undone. */
  isUsable(): boolean;
  /**
   * Stores how far the log reaches, so that a loss is detected. Call it when nothing of the log can be taken back any more, and
   * before the caller gets the result.
   */
  acknowledge(): void;
  close(): void;
}>;

/**
 * Opens a writer that appends to this device's log, starting at its tail.
 *
 * A batch goes whole into one segment, so that one write and one `fdatasync` store it and one truncation takes it back: a batch
 * that would exceed the segment's limit starts the next segment. A segment is therefore longer than the limit only when a single
 * batch is.
 */
export function openWriter(options: WriterOptions): OpenWriter {
  const { files, layout, device, lock, logger } = options;
  const bytesOf = new WeakMap<PlacedFact, Buffer>();
  let tail = options.tail;
  let head = options.head;
  /** Number of missing facts that the log continues without since the last append. */
  let missing = 0;
  let open: Readonly<{ segment: number; file: AppendFile }> | null = null;
  let usable = true;
  let busy = false;

  const pathOf = (segment: number): string => layout.segment(device.id, segment);

  function acknowledge(): void {
    const { seq, hash } = tail;
    const isKnown = head !== null && missing === 0 && (head.seq === seq || countLost(head, tail) > 0);
    if (!usable || hash === null || isKnown) return;
    head = { seq, hash, lost: (head?.lost ?? 0) + missing };
    missing = 0;
    options.onHead(head);
  }

  function seal(drafts: readonly Draft[]): readonly PlacedFact[] {
    if (drafts.length > 0 && options.isShared() && head !== null && countLost(head, tail) > 0)
      throw new LogCut(device.id, tail.seq);
    const now = options.clock.now();
    // A clock that was put back must not make the log's times decrease: recording order relies on them. Ids contain their time,
    // and ids that two processes make at the same time are in no order: each call uses a later time, up to the last year with
    // four digits.
    const behind = tail.at !== null && tail.at > now.toISOString() ? Date.parse(tail.at) : null;
    const time = behind === null ? now : new Date(Math.min(behind + 1, lastTime));
    const at = time.toISOString();
    // A clock that was put back by more than the tolerance shows that earlier facts were recorded with a clock that was ahead.
    const clock = time.getTime() - now.getTime() > clockToleranceMs ? now.toISOString() : undefined;
    let { seq, hash: prev } = tail;
    const lines = drafts.map((draft) => {
      seq += 1;
      const envelope = { id: options.ids.next(time), at, clock, device: device.id, seq, prev };
      const sealed = sealLine(draft, envelope, options.prepared.get(draft.data));
      prev = sealed.fact.hash;
      return sealed;
    });
    return assignPlaces(lines);
  }

  /** Assigns the lines of a batch their places after the tail. */
  function assignPlaces(lines: readonly SealedLine[]): readonly PlacedFact[] {
    const batchBytes = lines.reduce((sum, { line }) => sum + line.length, 0);
    const full = tail.offset > 0 && tail.offset + batchBytes > options.segmentBytes;
    const segment = full ? tail.segment + 1 : tail.segment;
    let offset = full ? 0 : tail.offset;
    return lines.map(({ fact, line }) => {
      const placed: PlacedFact = { fact, place: { device: device.id, segment, offset, length: line.length - 1 } };
      bytesOf.set(placed, line);
      offset += line.length;
      return placed;
    });
  }

  /** Appends facts that came from elsewhere to this writer's own log. */
  async function appendForeign(facts: readonly Fact[]): Promise<number> {
    const lines = foreignLines(device.id, tail, facts);
    await append(assignPlaces(lines));
    return lines.length;
  }

  /** Does the same for another device, with a writer of its log that is open only during this call. */
  async function takeForDevice(other: string, facts: readonly Fact[]): Promise<number> {
    const writer = await options.another(other);
    try {
      const taken = await writer.writer.take(other, facts);
      writer.acknowledge();
      return taken;
    } finally {
      writer.close();
    }
  }

  /** Returns the bytes of a batch and the tail after it; throws if the facts do not continue the log. */
  function toBatch(sealed: readonly PlacedFact[], first: PlacedFact): Readonly<{ bytes: Buffer; end: Tail }> {
    if (first.fact.seq !== tail.seq + 1 || first.fact.prev !== tail.hash) {
      throw new Error(
        `fact ${first.fact.seq} does not continue the log, which ends with fact ${tail.seq}: seal again after an append`,
      );
    }
    let end = tail;
    const lines = sealed.map((placed) => {
      const line = bytesOf.get(placed);
      if (line === undefined) throw new Error(`fact ${placed.fact.seq} was not sealed by this writer`);
      const { seq, hash, at } = placed.fact;
      if (seq !== end.seq + 1) throw new Error(`fact ${seq} does not follow fact ${end.seq} in its batch`);
      const { segment, offset, length } = placed.place;
      end = { segment, offset: offset + length + 1, seq, hash, at };
      return line;
    });
    return { bytes: joinLines(lines), end };
  }

  function openSegment(segment: number): AppendFile {
    if (open?.segment === segment) return open.file;
    open?.file.close();
    open = null;
    if (segment === 1) files.makeDir(layout.log(device.id));
    open = { segment, file: files.openAppend(pathOf(segment)) };
    return open.file;
  }

  async function append(sealed: readonly PlacedFact[]): Promise<void> {
    const first = sealed[0];
    if (first === undefined) return;
    if (busy || !usable) throw new Error(busy ? "the append before is not durable yet" : "the end of the log is not known");
    const { bytes, end } = toBatch(sealed, first);
    busy = true;
    try {
      if (!lock.isOurs()) throw lockLostError();
      const start = tail;
      write(end.segment, first.place.offset, bytes, start);
      tail = end;
      await makeDurable(end.segment).catch(async (error: unknown) => {
        await rollBack(start);
        throw writeFailure(pathOf(end.segment), error);
      });
      if (!lock.isOurs()) {
        await rollBackWithoutLock(start, end);
        throw lockLostError();
      }
    } finally {
      busy = false;
    }
  }

  function write(segment: number, offset: number, bytes: Buffer, start: Tail): void {
    try {
      const file = openSegment(segment);
      // The file has unknown bytes: another process wrote without the lock, or took the lock over and released it.
      if (file.size() !== offset) throw lockLostError();
      try {
        file.write(bytes);
      } catch (error) {
        undo(start, segment);
        throw error;
      }
    } catch (error) {
      throw writeFailure(pathOf(segment), error);
    }
  }

  /** Syncs the content and, once per segment, the directories that lead to it. */
  async function makeDurable(segment: number): Promise<void> {
    const file = openSegment(segment);
    if (options.durableSegments.has(segment)) return file.sync();
    const directories = [layout.log(device.id), layout.journal, layout.home];
    await Promise.all([file.sync(), ...directories.map((directory) => files.syncDir(directory))]);
    options.durableSegments.add(segment);
  }

  function lockLostError(): Error {
    usable = false;
    return lockLost(layout.home);
  }

  /** Restores the previous end of the log. When that fails, the next writer has to find the end again. */
  function undo(start: Tail, segment: number): void {
    tail = start;
    missing = 0;
    try {
      const file = openSegment(segment);
      file.truncate(segment === start.segment ? start.offset : 0);
    } catch (error) {
      usable = false;
      logger.error(
        `Failed to take back what was written to ${pathOf(segment)}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  async function rollBack(start: Tail): Promise<void> {
    const { segment } = tail;
    undo(start, segment);
    // What is taken back must not return after a power failure. If this sync fails too, every reader still sees the previous end.
    await openSegment(segment)
      .sync()
      .catch((error: unknown) => logger.warn(`Failed to make the end of ${pathOf(segment)} durable: ${String(error)}`));
  }

  /** Takes the batch back, but only if nobody has written after it, which only the lock holder can know. */
  async function rollBackWithoutLock(start: Tail, end: Tail): Promise<void> {
    const retaken = await options.retake();
    if (retaken === null) {
      logger.warn(
        `The lock of ${layout.home} was taken over during a write; facts up to ${end.seq} may be in the log without having been acknowledged`,
      );
      return;
    }
    try {
      if (openSegment(end.segment).size() === end.offset) await rollBack(start);
    } finally {
      retaken.release();
    }
  }

  return {
    device: device.id,
    writer: {
      seal,
      append(sealed) {
        // Nobody else has the missing facts: the log reuses their numbers, and the head keeps count of them.
        if (sealed.length > 0 && head !== null && missing === 0) missing = countLost(head, tail);
        return append(sealed);
      },
      take: (other, facts) => (other === device.id ? appendForeign(facts) : takeForDevice(other, facts)),
    },
    isUsable: () => usable,
    acknowledge,
    close() {
      usable = false;
      try {
        open?.file.close();
      } catch (error) {
        // What was acknowledged has been made durable; closing adds nothing to that.
        logger.warn(`Failed to close the log: ${error instanceof Error ? error.message : String(error)}`);
      }
      open = null;
    },
  };
}

function joinLines(lines: readonly Buffer[]): Buffer {
  const [only] = lines;
  return only !== undefined && lines.length === 1 ? only : Buffer.concat(lines);
}
