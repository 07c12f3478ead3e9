/**
 * The file access of the journal. The interface is minimal, so that another medium (memory in tests, a browser's private file
 * system) can replace the disk.
 *
 * Stat calls, reads and writes are synchronous, because a system call of a few microseconds is cheaper than a round trip to a
 * thread and a whole append waits for them. Making data durable waits for the disk and is asynchronous. Paths are absolute. Every
 * method throws an error with the system's `code` (`ENOSPC`, `EROFS` …) when it fails; a missing file is not a failure where the
 * result can express it.
 */
export interface JournalFiles {
  /** Names in a directory, in no particular order; null when there is no such directory. */
  list(dir: string): readonly string[] | null;
  /** Stats a path; null when nothing exists there. */
  look(path: string): FileStat | null;
  /** Reads `length` bytes from `offset`; fewer only where the file ends. */
  readAt(path: string, offset: number, length: number): Uint8Array;
  /** The whole file; null when there is none. */
  readAll(path: string): Uint8Array | null;
  /** Opens a file for appending; it is created (readable by its owner only) when there is none. */
  openAppend(path: string): AppendFile;
  /** Creates a directory and its parents, each accessible by its owner only; an existing directory is not a failure. */
  makeDir(dir: string): void;
  /** Makes the entries of a directory durable: files created in it, renamed into it or removed from it. */
  syncDir(dir: string): Promise<void>;
  /** Writes a whole file in place of an existing one, if any, atomically and durably. */
  replace(path: string, content: Uint8Array): Promise<void>;
  /**
   * Overwrites the beginning of a file with one write, and creates the file if necessary; nothing is made durable. For files
   * whose content always has the same length and whose loss costs little.
   */
  overwrite(path: string, content: Uint8Array): void;
  /**
   * Removes what killed processes left of unfinished replacements in a directory, if it exists. Only while the writers' lock is
   * held: then no other process is replacing files.
   */
  sweep(dir: string): void;
}

/** Size in bytes, and two values that change when the file is written (`modified`, ms) or is another file (`identity`). */
export type FileStat = Readonly<{ size: number; modified: number; identity: string }>;

/** A file open for appending. */
export interface AppendFile {
  size(): number;
  /** Writes all bytes at the end; when this fails, some of them may have been written. */
  write(bytes: Uint8Array): void;
  truncate(size: number): void;
  /** Makes the content durable, and the metadata that is needed to read it. */
  sync(): Promise<void>;
  close(): void;
}
