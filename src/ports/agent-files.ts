import type { Program } from "../features/connect/model/commands.ts";
import type { AgentFolder } from "../features/connect/model/hosts.ts";

/** A VS Code on this machine: the folder of its user's settings, and whether this extension is installed in it. */
export type Editor = Readonly<{ folder: string; hasExtension: boolean }>;

/** The files in which coding agents keep hooks and MCP servers. They are the user's: nothing but what is asked for is changed. */
export interface AgentFiles {
  readonly windows: boolean;
  /** The ledger's home where it is not the usual one, so that entries have to name it. */
  readonly home: string | null;
  /** Absolute path of a file or folder below one of the folders. */
  path(folder: AgentFolder, ...segments: readonly string[]): string;
  editors(): Promise<readonly Editor[]>;
  /** This program, as the user's own configuration may name it. @throws not_found when there is no Node.js to run it with */
  program(): Promise<Program>;
  /** Whether a command of an entry can be started: an absolute path that exists, or a name on PATH. */
  isRunnable(command: string): Promise<boolean>;
  exists(path: string): Promise<boolean>;
  /** UTF-8 text of a file, a byte order mark included; null when there is none. @throws unreadable_file */
  read(path: string): Promise<string | null>;
  /**
   * @param inside a folder that no link may lead out of
   * @throws store_unwritable when a file could not be written there; also for one that its owner made read-only
   */
  checkWritable(path: string, inside?: AgentFolder): Promise<void>;
  /**
   * Replaces a file as a whole, makes it, or removes it (null) with the folders that are empty then. Links are followed and stay.
   * @param before what it is known to hold @param mode rights of the file, whose folder is its owner's alone then where
   * it is made; default those of the file that is replaced @throws changed_meanwhile, store_unwritable, disk_full
   */
  replace(path: string, before: string | null, after: string | null, mode?: number): Promise<void>;
  /** Keeps the text that a file was read with beside it, with the same rights; an older copy, or a link there, is replaced. @throws store_unwritable, disk_full */
  keepCopy(path: string, before: string, copy: string): Promise<void>;
}
