/**
 * The file access of the journal, as narrow as it can be, so that another medium (memory in tests, a browser's private file
 * system) can stand in for the disk.
 *
 * Looking and writing are synchronous, because a system call of a few microseconds is cheaper than a thread's round trip and a
 * whole append waits for them; making durable waits for the disk and is asynchronous. Paths are absolute. Every method throws
 * an error with the system's `code` (`ENOSPC`, `EROFS` …) when it fails; a thing that does not exist is not a failure where the
 * result can say so.
 */
export interface JournalFiles {
  /** Names in a directory, in no order; null when there is no such directory. */
  list(dir: string): readonly string[] | null;
  /** What stands at a path; null when nothing does. */
  look(path: string): FileLook | null;
  /** Up to `length` bytes from `offset` on; fewer only where the file ends. */
  readAt(path: string, offset: number, length: number): Uint8Array;
  /** The whole file; null when there is none. */
  readAll(path: string): Uint8Array | null;
  /** Opens a file for appending; it is created (readable by its owner only) when there is none. */
  openAppend(path: string): AppendFile;
  /** Makes a directory and those above it, each accessible by its owner only; it is no failure when it is there. */
  makeDir(dir: string): void;
  /** Makes the entries of a directory durable: files created in it, renamed into it or removed from it. */
  syncDir(dir: string): Promise<void>;
  /** Puts a whole file in place of whatever stands there, atomically and durably. */
  replace(path: string, content: Uint8Array): Promise<void>;
  /**
   * Writes content over the beginning of a file, which is made if need be, with one write; nothing is made durable. For files whose
   * content always has the same length, and whose loss costs little.
   */
  overwrite(path: string, content: Uint8Array): void;
  /**
   * Removes what killed processes left of unfinished replacements in a directory, if there is one. Only for who holds the writers'
   * lock: then nobody else is at it.
   */
  sweep(dir: string): void;
}

/** Size in bytes and two marks that change when the file is written (`modified`, ms) or is another file (`identity`). */
export type FileLook = Readonly<{ size: number; modified: number; identity: string }>;

/** A file open for appending. */
export interface AppendFile {
  size(): number;
  /** Writes all bytes at the end; when this fails, some of them may have been written. */
  write(bytes: Uint8Array): void;
  truncate(size: number): void;
  /** Makes the content durable, and of the metadata what is needed to read it. */
  sync(): Promise<void>;
  close(): void;
}
