import type { Cursor, Draft, Fact, FactPlace, PlacedFact } from "../kernel/fact.ts";

/** This machine, as identified in its facts. */
export type Device = Readonly<{ id: string; name: string }>;

/** A problem of a log or an index, as `verify` and `doctor` report it. */
export type StoreProblem = Readonly<{
  /**
   * `torn`: bytes after the last complete line; `damaged`: a line that cannot be read or has a wrong hash; `gap`: a missing seq;
   * `chain`: a `prev` that differs from the hash of the fact before it; `fork`: two facts with the same seq; `missing`:
   * acknowledged facts beyond the end of the log; `refused`: a fact that cannot be applied; `total`: a stored total that
   * differs from the fold; `conflict`: a run that counts for its own person but not for the team.
   */
  kind: "torn" | "damaged" | "gap" | "chain" | "fork" | "missing" | "refused" | "total" | "conflict";
  device: string | null;
  segment: number | null;
  offset: number | null;
  seq: number | null;
  message: string;
}>;

/** A chunk of one device's log, in log order: complete facts with correct hashes, and the problems found between them. */
export type LogChunk = Readonly<{
  facts: readonly PlacedFact[];
  problems: readonly StoreProblem[];
  /** Where reading continues after this chunk. */
  cursor: Cursor;
  /**
   * True when the cursor that this read started from does not match the log (facts were rolled back before they were durable, or
   * files were replaced). The chunk then begins at the device's first fact, and cached state of this log must be discarded.
   */
  rewound: boolean;
  /** Bytes read so far and in total, for progress. */
  bytesDone: number;
  bytesTotal: number;
}>;

/** A draft whose data are serialized; `length`: number of characters of their canonical JSON. */
export type PreparedDraft = Readonly<{ draft: Draft; length: number }>;

/** Permission to append, valid while `FactLog.exclusively` runs its body. */
export interface LogWriter {
  /** Turns drafts into facts: adds id, time, device, seq, chain, hash and place. Writes nothing. @throws what `prepare` throws */
  seal(drafts: readonly Draft[]): readonly PlacedFact[];
  /**
   * Appends the sealed facts with one write and makes them durable. On failure the log is restored to its previous state.
   * @throws disk_full, store_unwritable, lock_lost
   */
  append(sealed: readonly PlacedFact[]): Promise<void>;
  /**
   * Appends facts of one device, received from elsewhere, to its log unchanged and makes them durable. Facts that the log already
   * has are skipped; the others must continue the log, in order, with correct hashes. If one does not, nothing of the batch is
   * written.
   * @returns the number of facts appended
   * @throws foreign_refused, disk_full, store_unwritable, lock_lost
   */
  take(device: string, facts: readonly Fact[]): Promise<number>;
}

/** A log that lacks acknowledged facts at its end, or that lacked them when it was continued. */
export type MissingFacts = Readonly<{
  device: string;
  /** Seq of its last fact; 0 when there is none. */
  ends: number;
  /** Number of missing facts. */
  facts: number;
  /** The file that notes the expected end; removing it accepts the loss. */
  path: string;
}>;

/** Sizes of the logs and the state of the writer lock, for `doctor`. */
export type LogReport = Readonly<{
  bytes: number;
  segments: number;
  quarantineFiles: number;
  lock: Readonly<{ held: boolean; holder: string | null }>;
}>;

/** Options for moving facts to another log. By default they keep their ids and leave the old log. */
export type FactMoveOptions = Readonly<{
  /** Maps a fact's old id to its new one; references in other moved facts are updated. */
  idOf?: (id: string) => string;
  /** Leaves the old log unchanged: the facts are then in both logs under the same id. */
  copies?: boolean;
}>;

/** The append-only logs of all devices under one home. */
export interface FactLog {
  readonly device: Device;
  /** Whether the device is stored on disk. Before the first write it is not, and the next process generates another one. */
  readonly isDeviceKept: boolean;
  /** Stores the device on disk. @returns it, perhaps as created by another process @throws store_locked, store_unwritable */
  keepDevice(): Promise<Device>;
  /**
   * Serializes a draft's data, without the lock; `seal` reuses the result. The data of the returned draft are exactly what
   * readers of the log will see, and share no objects with the data given.
   * @throws invalid_input when the data have no JSON form (lone surrogates, NaN, cycles)
   */
  prepare(draft: Draft): PreparedDraft;
  /**
   * Runs `body` as the only writer among all processes. Before that, it moves a torn tail of this device's log to quarantine.
   * Nested calls are refused; calls within one process are queued.
   * @throws store_locked after the lock timeout, naming the lock holder
   */
  exclusively<T>(body: (writer: LogWriter) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Whether any log has bytes after these cursors. Costs one or two `stat` calls per device. */
  hasNews(after: readonly Cursor[]): Promise<boolean>;
  /** Reads the logs after the cursors (a device without one: from its start), in chunks of about 1 MiB, yielding between them. */
  read(after: readonly Cursor[], signal?: AbortSignal): AsyncIterable<LogChunk>;
  /** Reads only one device's log, after a cursor or from its start. */
  readDevice(after: Cursor | string, signal?: AbortSignal): AsyncIterable<LogChunk>;
  /** Reads one fact by its place. @throws store_unreadable */
  fetch(place: FactPlace): Promise<Fact>;
  /** Gives this home a new device id; the existing log remains under the old id. @returns the new device */
  renewDevice(): Promise<Device>;
  /**
   * Moves the facts after fact `keep` of another log to the end of this device's log, keeping their ids; their old lines go to
   * quarantine. Calling it again after a crash moves the remaining ones.
   * @returns the number of facts moved
   */
  adopt(from: string, keep: number, how?: FactMoveOptions): Promise<number>;
  inspect(): Promise<LogReport>;
  /**
   * Returns the logs that end before their last acknowledged fact. Reads one small file per device with a noted end.
   * @param ends where the caller recently saw the logs end: logs that reach far enough are not read
   */
  missing(ends: readonly Cursor[]): Promise<readonly MissingFacts[]>;
  /**
   * Notes the former ends of logs, as an index or a summary saw them. Applies only to logs that have no noted end and are shorter
   * than that.
   */
  recall(seen: readonly Cursor[]): Promise<void>;
  /** Writes content to quarantine. @returns its path @throws disk_full, store_unwritable */
  setAside(path: string, content: Uint8Array, reason: string): Promise<string>;
  /** Names of all devices that this home has had, by id. */
  deviceNames(): ReadonlyMap<string, string>;
  close(): Promise<void>;
}
