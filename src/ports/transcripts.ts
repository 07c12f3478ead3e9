import type { Mark } from "../features/sessions/model/import-state.ts";

/** A file that may hold a transcript, as it was found. `modified`: ms since the epoch. */
export type TranscriptFile = Readonly<{ path: string; size: number; modified: number; inode: string }>;

/** A line of a file, or that one is too long to be read. Numbers start at 1. */
export type TranscriptLine = Readonly<{ number: number }> & (Readonly<{ text: string }> | Readonly<{ bytes: number }>);

/** The transcripts that agents keep on this machine, and what is remembered of those that were read. */
export interface Transcripts {
  /** Version of this program. */
  readonly version: string;
  /**
   * Files of transcripts below these paths; without any, where Claude Code, Codex and Gemini keep them. In the order in which they were
   * last written, then of their paths.
   * @throws unreadable_file for a path that was named and cannot be read
   */
  files(paths: readonly string[]): Promise<readonly TranscriptFile[]>;
  /**
   * What may be read of a transcript that somebody else named: its path without links, and the folder of its sub-agents where there is
   * one. Nothing for a path that is no transcript below the folders in which agents keep them.
   */
  accepted(path: string): Promise<readonly string[]>;
  /**
   * Gives a file's lines after a mark (null: all of them), in order. A last line without an end is left for the next time, except where
   * `isWhole` says that it is complete. A file that is one JSON value is given as one line.
   * @returns where reading ended
   */
  read(
    file: TranscriptFile,
    from: Mark | null,
    each: (line: TranscriptLine) => void,
    isWhole: (text: string) => boolean,
    signal: AbortSignal,
  ): Promise<Mark>;
  /** Whether the bytes before a mark are still those that were read, so that reading can go on from there. */
  goesOn(file: TranscriptFile, from: Mark): Promise<boolean>;
  /** What was remembered, a line for each part; undefined when nothing was. `first`: the first line alone. */
  remembered(which: "first" | "all"): Promise<readonly string[] | undefined>;
  /** Replaces what is remembered by lines, given in pieces. @throws store_unwritable, disk_full */
  remember(pieces: Iterable<string>): Promise<void>;
  /** Runs `body` while no other process imports. @throws store_locked after waiting, or at once where `waits` is false */
  exclusively<T>(body: () => Promise<T>, signal: AbortSignal, waits: boolean): Promise<T>;
  /** The project of a folder, also of one that is gone. */
  projectOf(folder: string): Promise<string>;
  /** Whether the user's settings ask for the text of prompts to be kept (`sessions.keepText`). */
  keepsText(): Promise<boolean>;
  /** A text without the secrets that are in it. */
  withoutSecrets(text: string): Promise<string>;
}
