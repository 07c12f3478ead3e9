import { dirname, resolve } from "node:path";
import { foreignRefused, storeUnreadable } from "../../kernel/errors.ts";
import type { Cursor, Fact, FactPlace } from "../../kernel/fact.ts";
import { codeOf, withReadFailure, writeFailure } from "../../platform/disk/failure.ts";
import type { Device, FactLog, LogChunk, LogWriter } from "../../ports/fact-log.ts";
import type { Clock, Ids, Logger } from "../../ports/ports.ts";
import { createAppendDetector } from "./append-detector.ts";
import { asBuffer, LINE_FEED } from "./bytes.ts";
import { type Identity, readIdentity, renewIdentity, saveIdentity } from "./device.ts";
import type { JournalFiles } from "./files.ts";
import { createHeadStore, LogCut } from "./head-store.ts";
import { inspectLogs, type JournalReport } from "./inspect.ts";
import { devicesAmong, type Layout, layoutOf, startOf } from "./layout.ts";
import { createLease } from "./lease.ts";
import { fileLock, type HeldLock, lockStaleMs, lockWaitMs, type WriterLock } from "./lock.ts";
import { thisOwner } from "./lock-owner.ts";
import { type Machine, thisMachine } from "./machine.ts";
import type { AdoptOptions } from "./move-log-tail.ts";
import { nodeFiles } from "./node-files.ts";
import { setFileAside } from "./quarantine.ts";
import { checkLine, type SerializedData, serializeData } from "./record-codec.ts";
import { recoverTail } from "./recover.ts";
import { bytesAfter, type ScanOptions, scanDevice } from "./scan.ts";
import { type OpenWriter, openWriter } from "./writer.ts";

const SEGMENT_BYTES = 64 * 1024 * 1024;
const CHUNK_BYTES = 1024 * 1024;
const LEASE_IDLE_MS = 20;
const LEASE_LONGEST_MS = 200;

export type FactLogOptions = Readonly<{
  /** Directory of the ledger; the first write creates it. */
  home: string;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** Size in bytes after which a log continues in a new segment. */
  segmentBytes?: number;
  /** Bytes read at a time. */
  chunkBytes?: number;
  /** How long a writer waits for the lock, ms. */
  lockWaitMs?: number;
  /** Time in ms without a heartbeat after which a lock counts as abandoned if its owner cannot be checked. */
  lockStaleMs?: number;
  /** How long the lock is kept after a write for the next one, ms. */
  leaseIdleMs?: number;
  /** Maximum time for which the lock is kept while writes follow each other, ms. */
  leaseLongestMs?: number;
  /** The machine this runs on. */
  machine?: Machine;
  /** File access of the journal. */
  files?: JournalFiles;
  /** The writers' lock; by default the one in the home. */
  lock?: WriterLock;
  /** Whether others may have facts of this home through syncing. Default: nobody has. */
  isShared?: () => boolean;
  /** Called at each step of taking and releasing the lock in the home. */
  onLockStep?: (step: string) => void;
}>;

/** The logs under a home, with the reports for `doctor` and `inspect`. */
export type JournalLog = Omit<FactLog, "inspect"> &
  Readonly<{
    /** Sizes, quarantine and the lock's state; takes no lock and changes nothing. @throws store_unreadable */
    inspect(): Promise<JournalReport>;
    /** Names of this home's current and earlier devices, by id. */
    deviceNames(): ReadonlyMap<string, string>;
  }>;

/**
 * Opens the logs under a home. Nothing is created, and logs are read only on demand: a home that does not exist counts as empty
 * until the first write. Until then the device of such a home is provisional: `device` changes if another process creates the
 * home first.
 * @throws store_unreadable, store_newer
 */
export async function openFactLog(options: FactLogOptions): Promise<JournalLog> {
  const { clock, ids, logger } = options;
  const layout = layoutOf(resolve(options.home));
  const files = options.files ?? nodeFiles;
  const machine = options.machine ?? (await thisMachine());
  let provisional: Device | undefined;
  const newDevice = (): Device => {
    provisional ??= { id: ids.next(clock.now()), name: machine.hostname };
    return provisional;
  };
  const lock = options.lock ?? homeLock(options, layout, machine);
  const identify = (): Identity => readIdentity(files, layout, machine.fingerprint, newDevice);
  let identity = identify();
  /** By device: the segments of its log whose directory entries are durable. */
  const durable = new Map<string, Set<number>>();
  const appendDetector = createAppendDetector(files, layout);
  const heads = createHeadStore(files, layout, logger);
  /** The serialized drafts, by the data that `prepare` returned for them. */
  const prepared = new WeakMap<Fact["data"], SerializedData>();

  /** Opens a writer of a device's log, after recovering a tail that a crash may have left torn. */
  async function openWriterFor(device: Device, held: HeldLock): Promise<OpenWriter> {
    const segments = durable.get(device.id) ?? new Set<number>();
    durable.set(device.id, segments);
    return openWriter({
      files,
      layout,
      clock,
      ids,
      logger,
      device,
      tail: await recoverTail({ files, layout, logger, device: device.id, time: clock.now() }),
      head: heads.read(device.id),
      isShared: options.isShared ?? (() => false),
      onHead: (head) => heads.note(device.id, head),
      durableSegments: segments,
      segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
      prepared,
      lock: held,
      retake: () => lock.acquire({ waitMs: 0 }).catch(() => null),
      async another(id) {
        if (devicesAmong([id]).length === 0) throw foreignRefused(id, 0, "its id is no device's");
        return openWriterFor({ id, name: "" }, held);
      },
    });
  }

  let swept = false;
  /** Removes leftovers of killed processes. Once is enough, and what cannot be removed does no harm. */
  function sweepOnce(): void {
    if (swept) return;
    swept = true;
    try {
      for (const dir of [layout.home, layout.quarantine, layout.heads]) files.sweep(dir);
    } catch (error) {
      logger.warn(`Failed to remove unfinished files: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  const lease = createLease<OpenWriter>({
    lock,
    logger,
    waitMs: options.lockWaitMs ?? lockWaitMs,
    idleMs: options.leaseIdleMs ?? LEASE_IDLE_MS,
    longestMs: options.leaseLongestMs ?? LEASE_LONGEST_MS,
    prepare: () => prepareHome(files, layout),
    async enter(held) {
      sweepOnce();
      const found = identify();
      // A home whose device is not saved may be another home than before, so nothing is known about its directories.
      if (found.unsaved !== null) durable.clear();
      identity = await ensureIdentitySaved(files, layout, found, clock.now());
      return openWriterFor(identity.device, held);
    },
    isUsable: (writer) => writer.isUsable() && writer.device === identity.device.id,
    leave: (writer) => writer.close(),
  });

  async function* readLogs(
    from: () => readonly Cursor[],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<LogChunk, void, undefined> {
    const cursors = withReadFailure(layout.journal, from);
    let bytesTotal = withReadFailure(layout.journal, () =>
      cursors.reduce((sum, cursor) => sum + bytesAfter(files, layout, cursor), 0),
    );
    let bytesDone = 0;
    const scan: ScanOptions = {
      files,
      layout,
      signal,
      chunkBytes: options.chunkBytes ?? CHUNK_BYTES,
      isBeingWritten: async () => !lease.isHeld() && (await lock.state()).held,
    };
    for (const start of cursors) {
      const marks = withReadFailure(layout.journal, () => appendDetector.marks(start));
      let end = start;
      for await (const { bytes, ...chunk } of scanDevice(scan, start)) {
        bytesDone += bytes;
        bytesTotal = Math.max(bytesTotal, bytesDone);
        end = chunk.cursor;
        yield { ...chunk, bytesDone, bytesTotal };
      }
      appendDetector.remember(end, marks);
    }
  }

  /** Runs a body as the only writer and stores how far it has recorded, before the caller gets the result. */
  const withAcknowledge = <T>(body: (open: OpenWriter) => Promise<T>, signal: AbortSignal | undefined): Promise<T> =>
    lease.use(async (open) => {
      try {
        return await body(open);
      } finally {
        open.acknowledge();
      }
    }, signal);

  /**
   * Runs work that appends to this device's log. If the log has lost facts at its end, runs the work again as another device,
   * because the numbers of the lost facts must not be reused.
   */
  const retryAsNewDevice = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      // LogCut is thrown before anything is written, so the work can be repeated from its start.
      if (!(error instanceof LogCut)) throw error;
      const { id } = identity.device;
      await renewDevice();
      logger.warn(`The log of device ${id} has lost facts at its end: recording goes on as device ${identity.device.id}`);
      return work();
    }
  };

  const renewDevice = (): Promise<Device> =>
    lease.use(async () => {
      const next = { id: ids.next(clock.now()), name: identity.device.name };
      await saveIdentity(files, layout, renewIdentity(files, layout, machine.fingerprint, next), clock.now());
      // The current writer belongs to the old log: the next turn determines the device again.
      durable.clear();
      identity = identify();
      return next;
    }, undefined);

  const adoptOptions = (writer: LogWriter): AdoptOptions => ({
    files,
    layout,
    device: identity.device,
    earlier: identity.earlier.map(({ id }) => id),
    writer,
    heads,
    time: clock.now(),
    read: (device) => readLogs(() => [startOf(device)], undefined),
  });

  const deviceNames = (): ReadonlyMap<string, string> =>
    new Map([...identity.earlier, identity.device].map(({ id, name }) => [id, name]));

  return {
    get device() {
      return identity.device;
    },
    get isDeviceKept() {
      return identity.unsaved === null;
    },
    // Taking the lock saves the device on disk.
    keepDevice: () => lease.use(async () => identity.device, undefined),
    deviceNames,
    prepare(draft) {
      const serialized = serializeData(draft);
      prepared.set(serialized.data, serialized);
      const { kind, project } = draft;
      return { draft: { kind, project, data: serialized.data }, length: serialized.text.length };
    },
    exclusively: (body, signal) => retryAsNewDevice(() => withAcknowledge(({ writer }) => body(writer), signal)),
    async hasNews(after) {
      return withReadFailure(layout.journal, () => appendDetector.has(after));
    },
    read: (after, signal) => readLogs(() => appendDetector.cursors(after), signal),
    readDevice: (after, signal) => readLogs(() => [typeof after === "string" ? startOf(after) : after], signal),
    renewDevice,
    adopt: (from, keep, how) =>
      retryAsNewDevice(() =>
        withAcknowledge(async ({ writer }) => {
          const { adoptTail } = await import("./move-log-tail.ts");
          return adoptTail(adoptOptions(writer), from, keep, how);
        }, undefined),
      ),
    async fetch(place) {
      return fetchFact(files, layout, place);
    },
    missing: async (ends) => heads.missing(ends),
    recall: async (seen) => heads.recall(seen),
    setAside: (path, content, reason) => setFileAside(files, layout, path, content, clock.now(), reason),
    async inspect() {
      return { ...inspectLogs(files, layout, deviceNames()), lock: await lock.state() };
    },
    close: () => lease.close(),
  };
}

function homeLock(options: FactLogOptions, layout: Layout, machine: Machine): WriterLock {
  return fileLock({
    path: layout.lock,
    self: thisOwner(machine, new Date()),
    staleMs: options.lockStaleMs ?? lockStaleMs,
    onStep: options.onLockStep ?? (() => undefined),
  });
}

function prepareHome(files: JournalFiles, layout: Layout): void {
  try {
    if (files.look(layout.home) === null) files.makeDir(layout.home);
  } catch (error) {
    throw writeFailure(layout.home, error);
  }
}

/** Writes `device.json` if it does not state yet which device writes here. */
async function ensureIdentitySaved(files: JournalFiles, layout: Layout, identity: Identity, time: Date): Promise<Identity> {
  if (identity.unsaved === null) return identity;
  await saveIdentity(files, layout, identity, time);
  await syncParents(files, layout.home);
  return { ...identity, unsaved: null };
}

/** Makes the entry of a directory durable, and the entries of its parents, which may have been created with it. */
async function syncParents(files: JournalFiles, path: string): Promise<void> {
  const parent = dirname(path);
  if (parent === path) return;
  try {
    await files.syncDir(parent);
  } catch (error) {
    // A directory that may not be opened was not created here, so its entries existed before.
    if (!["EACCES", "EPERM"].includes(codeOf(error) ?? "")) throw writeFailure(parent, error);
  }
  await syncParents(files, parent);
}

/** Reads one fact by its place, which must hold a whole line with the right hash. */
function fetchFact(files: JournalFiles, layout: Layout, place: FactPlace): Fact {
  const path = layout.segment(place.device, place.segment);
  const bytes = withReadFailure(path, () => asBuffer(files.readAt(path, place.offset, place.length + 1)));
  const line = bytes.at(place.length) === LINE_FEED ? checkLine(bytes.subarray(0, place.length), place.device) : null;
  if (line?.fact) return line.fact;
  throw storeUnreadable(path, `there is no complete fact at byte ${place.offset} (${line?.reason ?? "it is cut off"})`);
}
