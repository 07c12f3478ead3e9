import type { Program } from "../features/connect/model/commands.ts";
import type { AgentFolder } from "../features/connect/model/hosts.ts";

/** A VS Code installation on this machine: its user settings folder, and whether this extension is installed in it. */
export type Editor = Readonly<{ folder: string; hasExtension: boolean }>;

/** The files in which coding agents configure hooks and MCP servers. They are the user's: only the requested change is made. */
export interface AgentFiles {
  readonly windows: boolean;
  /** The ledger's home if it is not the default, in which case entries have to name it; else null. */
  readonly home: string | null;
  /** Absolute path of a file or folder below one of the folders. */
  path(folder: AgentFolder, ...segments: readonly string[]): string;
  editors(): Promise<readonly Editor[]>;
  /** The command that starts this program, for the user's configuration. @throws not_found if there is no Node.js for it */
  program(): Promise<Program>;
  /** Whether the command of an entry can be started: an absolute path that exists, or a name on PATH. */
  isRunnable(command: string): Promise<boolean>;
  exists(path: string): Promise<boolean>;
  /** UTF-8 text of a file, including a byte order mark; null when there is no file. @throws unreadable_file */
  read(path: string): Promise<string | null>;
  /**
   * Checks that a file can be written, without writing it.
   * @param inside a folder that no link may lead out of
   * @throws store_unwritable when the file cannot be written, or when its owner made it read-only
   */
  checkWritable(path: string, inside?: AgentFolder): Promise<void>;
  /**
   * Replaces a whole file, creates it, or removes it (`after` null) along with folders that this leaves empty. Links are
   * followed and preserved.
   * @param before the content that the file is expected to have @param mode permissions of the file; a folder that has to be
   * created is then accessible to its owner only. Default: the permissions of the replaced file
   * @throws changed_meanwhile, store_unwritable, disk_full
   */
  replace(path: string, before: string | null, after: string | null, mode?: number): Promise<void>;
  /**
   * Writes the text that was read from a file to a copy with the same permissions; replaces an older copy or a link at that path.
   * @throws store_unwritable, disk_full
   */
  keepCopy(path: string, before: string, copy: string): Promise<void>;
}
