import type { Cursor, Draft, Fact, FactPlace, PlacedFact } from "../kernel/fact.ts";

/** This machine, as its facts name it. */
export type Device = Readonly<{ id: string; name: string }>;

/** Something a log or an index has wrong, as `verify` and `doctor` report it. */
export type StoreProblem = Readonly<{
  /** `torn`: bytes after the last whole line; `damaged`: a line that cannot be read or whose hash is wrong; `gap`: a missing seq; `chain`: a `prev` that is not the hash before; `fork`: two facts with one seq; `missing`: acknowledged facts that the log does not reach any more; `refused`: a fact that cannot be applied; `total`: a stored total that the fold contradicts; `conflict`: a run that its person counts and the team does not. */
  kind: "torn" | "damaged" | "gap" | "chain" | "fork" | "missing" | "refused" | "total" | "conflict";
  device: string | null;
  segment: number | null;
  offset: number | null;
  seq: number | null;
  message: string;
}>;

/** A chunk of a log in the order of its device: facts that are whole and whose hash is right, and what is wrong between them. */
export type LogChunk = Readonly<{
  facts: readonly PlacedFact[];
  problems: readonly StoreProblem[];
  /** Where reading goes on after this chunk. */
  cursor: Cursor;
  /**
   * True when the cursor this reading began with does not fit the log any more (facts were taken back before they were durable,
   * or files were replaced): this chunk then begins at the device's first fact, and what was known of its log is to be forgotten.
   */
  rewound: boolean;
  /** Bytes read so far and in all, for progress. */
  bytesDone: number;
  bytesTotal: number;
}>;

/** A draft whose data are written out; `length`: characters of their canonical JSON. */
export type PreparedDraft = Readonly<{ draft: Draft; length: number }>;

/** The right to append, valid while `FactLog.exclusively` runs its body. */
export interface LogWriter {
  /** Makes facts of drafts: id, time, device, seq, chain, hash and place. Writes nothing. @throws what `prepare` throws */
  seal(drafts: readonly Draft[]): readonly PlacedFact[];
  /**
   * Writes the sealed facts with one write, then makes them durable. On failure the log is back as it was.
   * @throws disk_full, store_unwritable, lock_lost
   */
  append(sealed: readonly PlacedFact[]): Promise<void>;
  /**
   * Appends facts of one device that came from elsewhere to its log, as they are, and makes them durable. Those that stand there
   * already are passed over; the others have to continue the log, in order, with the right hashes. Nothing is written of a batch
   * with a fact that does not.
   * @returns how many were appended
   * @throws foreign_refused, disk_full, store_unwritable, lock_lost
   */
  take(device: string, facts: readonly Fact[]): Promise<number>;
}

/** A log that lacks facts at its end, or lacked them when it went on, that were acknowledged. */
export type MissingFacts = Readonly<{
  device: string;
  /** Number of its last fact; 0 when there is none. */
  ends: number;
  /** How many facts are missing. */
  facts: number;
  /** The file that says so; removing it accepts the loss. */
  path: string;
}>;

/** Sizes of the logs and the state of the writers' lock, for `doctor`. */
export type LogReport = Readonly<{
  bytes: number;
  segments: number;
  quarantineFiles: number;
  lock: Readonly<{ held: boolean; holder: string | null }>;
}>;

/** How facts move to another log, where not with their ids and out of the old one. */
export type Adopting = Readonly<{
  /** The id that a fact gets for the one it had; facts that name it follow. */
  idOf?: (id: string) => string;
  /** The old log stays as it is: facts then stand in both, under one id. */
  copies?: boolean;
}>;

/** The append-only logs of all devices under one home. */
export interface FactLog {
  readonly device: Device;
  /** Whether the device stands on disk; until something is written, the next process makes up another. */
  readonly isDeviceKept: boolean;
  /** Has the device stand on disk. @returns the device, which another process may have made @throws store_locked, store_unwritable */
  keepDevice(): Promise<Device>;
  /**
   * Writes a draft's data out, which needs no lock; `seal` takes them from there. The data of the draft it gives are those that any
   * reader of the log will see, and share nothing with those given.
   * @throws invalid_input when the data have no JSON form (lone surrogates, NaN, cycles)
   */
  prepare(draft: Draft): PreparedDraft;
  /**
   * Runs `body` as the only writer among all processes. Before it runs, a torn tail of this device's log is set aside in
   * quarantine. Nested calls are refused; calls of one process queue up.
   * @throws store_locked after the waiting time, naming the holder
   */
  exclusively<T>(body: (writer: LogWriter) => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Whether any log has bytes after these cursors. Costs one look per device. */
  hasNews(after: readonly Cursor[]): Promise<boolean>;
  /** Reads on after the cursors (a device without one: from its start), in chunks of about 1 MiB, yielding between them. */
  read(after: readonly Cursor[], signal?: AbortSignal): AsyncIterable<LogChunk>;
  /** Reads one device's log alone, after a cursor or from its start. */
  readDevice(after: Cursor | string, signal?: AbortSignal): AsyncIterable<LogChunk>;
  /** One fact again, by its place. @throws store_unreadable */
  fetch(place: FactPlace): Promise<Fact>;
  /** Gives this home a device of its own again, under a new id; the log so far stays, under the id it has. @returns the device */
  renewDevice(): Promise<Device>;
  /**
   * Moves the facts of another log after its fact `keep` to the end of this device's log, with their ids; their old lines go to
   * quarantine. Moving them again, after a crash, moves what is left.
   * @returns how many were moved
   */
  adopt(from: string, keep: number, how?: Adopting): Promise<number>;
  inspect(): Promise<LogReport>;
  /**
   * The logs that end before what was acknowledged of them. Costs a look per device that anything is noted of.
   * @param ends where logs ended a moment ago, as far as the caller knows: those that reach far enough are not looked at
   */
  missing(ends: readonly Cursor[]): Promise<readonly MissingFacts[]>;
  /** Notes how far logs once reached that nothing is noted of, as an index or a summary has seen them, where they do not reach so far. */
  recall(seen: readonly Cursor[]): Promise<void>;
  /** Keeps content in quarantine. @returns its path @throws disk_full, store_unwritable */
  setAside(path: string, content: Uint8Array, reason: string): Promise<string>;
  /** Names of the devices that this home has been on, by id. */
  deviceNames(): ReadonlyMap<string, string>;
  close(): Promise<void>;
}
