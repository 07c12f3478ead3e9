import type { Mark } from "../features/sessions/model/import-state.ts";

/** A file that may hold a transcript, with its state when it was found. `modified`: ms since the epoch. */
export type TranscriptFile = Readonly<{ path: string; size: number; modified: number; inode: string }>;

/** A line of a file: its text, or only its size in bytes if it is too long to be read. Numbers start at 1. */
export type TranscriptLine = Readonly<{ number: number }> & (Readonly<{ text: string }> | Readonly<{ bytes: number }>);

/** The transcripts that agents keep on this machine, and the stored import state of those already read. */
export interface Transcripts {
  /** Version of this program. */
  readonly version: string;
  /**
   * Lists the transcript files below these paths; without paths, below the folders of Claude Code, Codex and Gemini. Sorted by
   * modification time, then by path.
   * @throws unreadable_file for a given path that cannot be read
   */
  files(paths: readonly string[]): Promise<readonly TranscriptFile[]>;
  /**
   * Checks a transcript path from an untrusted source. Returns its path with links resolved, and the folder of its sub-agents if
   * there is one; nothing if it is not a transcript below the folders in which agents keep them.
   */
  accepted(path: string): Promise<readonly string[]>;
  /**
   * Passes a file's lines after a mark (null: all lines) to `each`, in order. A last line without a line feed is left for the
   * next read, unless `isWhole` returns true for it. A file that is one JSON value is passed as one line.
   * @returns where reading ended
   */
  read(
    file: TranscriptFile,
    from: Mark | null,
    each: (line: TranscriptLine) => void,
    isWhole: (text: string) => boolean,
    signal: AbortSignal,
  ): Promise<Mark>;
  /** Whether the bytes before a mark are unchanged, so that reading can continue from there. */
  goesOn(file: TranscriptFile, from: Mark): Promise<boolean>;
  /** Reads the lines of the stored import state; undefined if there is none. `first`: only the first line. */
  remembered(which: "first" | "all"): Promise<readonly string[] | undefined>;
  /** Replaces the stored import state with lines, given in pieces. @throws store_unwritable, disk_full */
  remember(pieces: Iterable<string>): Promise<void>;
  /** Runs `body` while no other process imports. @throws store_locked after a timeout, or at once if `waits` is false */
  exclusively<T>(body: () => Promise<T>, signal: AbortSignal, waits: boolean): Promise<T>;
  /** Returns the project of a folder, even if the folder does not exist. */
  projectOf(folder: string): Promise<string>;
  /** Whether the user's settings ask for the text of prompts to be kept (`sessions.keepText`). */
  keepsText(): Promise<boolean>;
  /** Returns a text with its secrets removed. */
  withoutSecrets(text: string): Promise<string>;
}
