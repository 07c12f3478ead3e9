import type { AgentQueries } from "../features/agent/model/queries.ts";
import type { EvalQueries } from "../features/evals/model/queries.ts";
import type { GateQueries } from "../features/gate/model/queries.ts";
import type { IntakeQueries } from "../features/intake/model/queries.ts";
import type { ReviewQueries } from "../features/reviews/model/queries.ts";
import type { RulesQueries } from "../features/rules/model/queries.ts";
import type { SelfFixQueries } from "../features/self-fix/model/queries.ts";
import type { Cursor, Draft, Fact, FactPlace, PlacedFact } from "../kernel/fact.ts";
import type { OnProgress } from "../kernel/progress.ts";
import type { AgentFiles } from "./agent-files.ts";
import type { CodeHost } from "./code-host.ts";
import type { EvalOutside } from "./evals.ts";
import type { Adopting, Device, LogChunk, LogReport, MissingFacts, StoreProblem } from "./fact-log.ts";
import type { GateOutside } from "./gate.ts";
import type { ModelCalls } from "./model-calls.ts";
import type { AgentEvents } from "./spool.ts";
import type { StopReviews } from "./stop-reviews.ts";
import type { Summary } from "./summary.ts";
import type { Sync, SyncPerson } from "./sync.ts";
import type { Transcripts } from "./transcripts.ts";
import type { Worktrees } from "./worktrees.ts";

export interface Clock {
  now(): Date;
}

/** Makes UUIDv7 ids that increase within a process. */
export interface Ids {
  next(at: Date): string;
}

/** Days and weeks in one time zone, the user's. Weeks start on Monday. */
export interface Calendar {
  /** IANA name. */
  readonly zone: string;
  /** What was named for a zone and is none; null or absent for nothing. */
  readonly complaint?: string | null;
  /** The local day `YYYY-MM-DD` of an instant (ms since the epoch). */
  dayOf(at: number): string;
  /** First instant of a local day, ms since the epoch. */
  startOfDay(day: string): number;
  /** The day `n` days after `day` (negative: before). */
  addDays(day: string, n: number): string;
  /** The Monday of the week that `day` is in. */
  mondayOf(day: string): string;
}

export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The questions of every area, answered from the index. */
export interface Queries {
  readonly review: ReviewQueries;
  readonly agent: AgentQueries;
  readonly eval: EvalQueries;
  readonly intake: IntakeQueries;
  readonly rules: RulesQueries;
  readonly gate: GateQueries;
  readonly selfFix: SelfFixQueries;
}

/** What became of one draft. `existing` is the fact that already says the same. */
export type RecordOutcome =
  | Readonly<{ recorded: true; fact: PlacedFact }>
  | Readonly<{ recorded: false; reason: "duplicate"; existing: FactPlace }>
  | Readonly<{ recorded: false; reason: "refused"; error: Error }>;

export type VerifyReport = Readonly<{
  facts: number;
  devices: readonly Readonly<{ device: string; name: string | null; facts: number; head: string | null }>[];
  problems: readonly StoreProblem[];
}>;

/** Sizes and state for `doctor`. */
export type StoreReport = Readonly<{
  home: string;
  device: Device;
  isDeviceKept: boolean;
  journalBytes: number;
  segments: number;
  indexBytes: number;
  quarantineFiles: number;
  lock: LogReport["lock"];
  /** Facts that the index on disk does not hold yet and a cold start has to apply. */
  pendingFacts: number;
  /** Events of agents that wait to be taken in, where there is a spool. */
  waitingEvents?: number;
  problems: readonly StoreProblem[];
}>;

/**
 * A draft that depends on what is recorded: made under the writers' lock, with an index that has all that any process has
 * recorded, right before it is checked and written. What it throws, it is refused with.
 */
export type LateDraft = Readonly<{ decide(queries: Queries): Draft }>;
/** Whose facts count: those of the user's own devices, all that are here, or those of some devices. Without sync all are the user's own. */
export type Whose = "mine" | "team" | Readonly<{ only: readonly string[] }>;

/** The ledger: journal and index as one. Every answer includes all that any process has recorded until the question was asked. */
export interface Ledger {
  readonly home: string;
  readonly device: Device;
  /** Ids of the devices that this home has been before. */
  earlier(): readonly string[];
  /**
   * Records drafts in order, in batches of one durable write each. A draft that repeats a recorded fact is a duplicate, one
   * that contradicts it is refused; neither stops the others. An outcome is given only for what is durable. With `together` it is
   * one batch, of which nothing is recorded when one draft is refused.
   */
  record(
    drafts: readonly (Draft | LateDraft)[],
    options?: Readonly<{ onProgress?: OnProgress; signal?: AbortSignal; together?: boolean }>,
  ): Promise<readonly RecordOutcome[]>;
  /**
   * Asks the index after catching up with the journal. The query is synchronous and must not keep what it was given.
   * @param whose whose facts the answer is made of; default the user's own
   */
  ask<T>(question: (queries: Queries) => T, whose?: Whose): Promise<T>;
  /**
   * Where the agents stand, to spare a short process the index: what `summary.json` says, if it counts all that any process has
   * recorded until the call. Null when it does not, and when the index is open anyway.
   */
  summary(): Promise<Summary | null>;
  /** One whole fact, by place. */
  fetch(place: FactPlace): Promise<Fact>;
  /** The logs that end before what was acknowledged of them. @param ends see `FactLog.missing` */
  missing(ends?: readonly Cursor[]): Promise<readonly MissingFacts[]>;
  /** How far each device's log has been read, after catching up with the journal. */
  heads(): Promise<readonly Cursor[]>;
  /** One device's log, after a cursor or from its start. */
  readDevice(after: Cursor | string, signal?: AbortSignal): AsyncIterable<LogChunk>;
  /**
   * Takes facts of one device that came from elsewhere into its log, in order; see `LogWriter.take`.
   * @throws foreign_refused and what recording throws
   */
  take(device: string, facts: readonly Fact[], signal?: AbortSignal): Promise<number>;
  /** Starts a log under a new device id; see `FactLog.renewDevice`. */
  renewDevice(): Promise<Device>;
  /** See `FactLog.isDeviceKept` and `FactLog.keepDevice`. */
  readonly isDeviceKept: boolean;
  keepDevice(): Promise<Device>;
  /** Goes on with the end of another own log in this device's; see `FactLog.adopt`. */
  adopt(from: string, keep: number, how?: Adopting): Promise<number>;
  /** All facts of all devices, in log order device by device. */
  facts(signal?: AbortSignal): AsyncIterable<readonly PlacedFact[]>;
  /** Reads every log again, checks chain and hashes, recomputes every total with the domain's folds and compares. */
  verify(options?: Readonly<{ onProgress?: OnProgress; signal?: AbortSignal }>): Promise<VerifyReport>;
  /** Throws the index away and builds it again from the journal. */
  rebuild(options?: Readonly<{ onProgress?: OnProgress; signal?: AbortSignal }>): Promise<Readonly<{ facts: number }>>;
  /** Makes the home with all files that stores stand in; changes nothing where they are as they should be. */
  initialize(): Promise<void>;
  inspect(): Promise<StoreReport>;
  /** Writes index and summary out if enough has changed (`force`: if anything has). */
  checkpoint(options?: Readonly<{ force?: boolean }>): Promise<void>;
  close(): Promise<void>;
}

/** Reads files for operations; the only way operations reach the disk outside the home. */
export interface FileReader {
  /** UTF-8 text of a file. @throws unreadable_file, file_too_large, invalid_input (not UTF-8, changed while being read) */
  text(path: string): Promise<string>;
  /** `text` for lines of JSON: those that are not UTF-8 begin with U+FFFD, so that they are no JSON. @throws what `text` does */
  lines(path: string): Promise<string>;
  /**
   * Text that another program wrote: UTF-8 or UTF-16, in which U+FFFD stands for what is neither. Of a zip archive it gives the bytes.
   * @throws what `text` does
   */
  content(path: string): Promise<string | Uint8Array>;
  /** Files below a path (the path itself when it is a file), sorted. Directories named `node_modules` and `.git` are left out. */
  list(path: string): Promise<readonly string[]>;
  /** Which of some files git tracks, in whatever repository each lies in. @param paths absolute */
  tracked(paths: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Writes a file as a whole or not at all. @param options replace: whether a file that exists may be replaced
   * @throws exists, invalid_input (inside the home), store_unwritable, disk_full
   */
  write(path: string, content: string, options?: Readonly<{ replace?: boolean | undefined }>): Promise<void>;
  /** Throws what a write would, as far as that can be told before. @throws exists, invalid_input (inside the home), store_unwritable */
  checkWrite(path: string, options?: Readonly<{ replace?: boolean | undefined }>): Promise<void>;
}

/** A row of a database of another program, as it stands there. */
export type ForeignRow = Readonly<Record<string, unknown>>;

/** Reads SQLite files of other programs; they are never written. */
export interface DatabaseReader {
  /** All rows of a table in the order they were inserted; undefined when there is no such file. @throws unreadable_file, invalid_input */
  table(path: string, table: string): Promise<readonly ForeignRow[] | undefined>;
}

/** Lines that a change added, as ranges with both ends, ascending; `all`: git takes the file for no text, or does not track it. */
export type ChangedLines = "all" | readonly (readonly [first: number, last: number])[];

/** A part of a file that stands otherwise in the working tree than in what is staged. Lines count from 1. */
export type UnstagedPart = Readonly<{ first: number; lines: number; stagedLines: number }>;

/** What a review compares with. `except`: files that are no code although they lie there. */
export type ChangesAsked = Readonly<{
  /** Any name of a commit. Without one the code is compared with the branch that it goes to. */
  base?: string | undefined;
  /** Only what is staged, compared with the commit that is checked out. */
  staged?: boolean | undefined;
  except?: readonly string[];
}>;

/** What changed in a checkout since a commit, up to the files as they stand, or as they are staged. */
export type ChangedCode = Readonly<{
  /** The commit, and the name by which it was found: `origin/main`. Null where what is staged becomes the first commit. */
  base: Readonly<{ commit: string; name: string }> | null;
  /** The folder of the checkout, absolute. */
  top: string;
  /** By path relative to the top of the checkout, under the name that a renamed file has now. A file that was only renamed did not change. */
  files: ReadonlyMap<string, ChangedLines>;
  /** Where the working tree differs from what is staged, ascending; `all`: git does not track the file, or takes it for no text. */
  unstaged: ReadonlyMap<string, "all" | readonly UnstagedPart[]>;
  /** Stands for the changes: two states of the code have the same only when they are the same. */
  fingerprint: string;
}>;

/** Where paths lead: relative to the project, with slashes; null outside of it. `moved`: folder elsewhere that stands for the project. */
export type ProjectPaths = Readonly<{ paths: ReadonlyMap<string, string | null>; moved: string | null }>;

/** Files of a project by their paths in it, with slashes. Links that lead out of the project are refused. */
export interface ProjectFiles {
  /** UTF-8 text of a file, with its byte order mark; null when there is none. @throws unreadable_file */
  text(file: string): Promise<string | null>;
  /** Writes a file as a whole, in place of the old one, and makes its folders. @throws store_unwritable, disk_full */
  write(file: string, content: string): Promise<void>;
  /** Removes a file if it is there. @throws store_unwritable */
  remove(file: string): Promise<void>;
  /** Whether two paths reach one file, through links. @throws store_unwritable where one leads out of the project */
  isSame(file: string, other: string): Promise<boolean>;
  /** Runs work while no other process does work on the same file, which must exist. @throws store_unwritable */
  exclusive<T>(file: string, work: () => Promise<T>): Promise<T>;
  /** SHA-256 of a text, as hexadecimal digits. */
  hashOf(text: string): string;
}

/** What the surroundings say when the user does not: defaults for agent and project. */
export interface Surroundings {
  /** `REWARD_LEDGER_AGENT`, else `claude-code`. */
  readonly agent: string;
  /** The working directory, absolute. */
  readonly folder: string;
  /** The top of the checkout that the working directory lies in, else the working directory. */
  top(): Promise<string>;
  /** `owner/repo` of the git remote of the working directory, else its folder's name. */
  project(): Promise<string>;
  git(): Promise<Readonly<{ branch: string | null; commit: string | null }>>;
  /** The same with the moment since which it is checked out, ms since the epoch; null where git does not say. */
  gitSince(): Promise<Readonly<{ branch: string | null; commit: string | null; since: number | null }>>;
  /** Version of the project's house rules, null when it has none or they name none. */
  houseRulesVersion(): Promise<number | null>;
  /** The files of the project: of the checkout, else of the working directory. */
  readonly projectFiles: ProjectFiles;
  /**
   * What changed since a commit. Without one since the code left the branch that it goes to: the upstream, where that is another branch,
   * else the default branch. Null where there is none.
   * @throws not_found (no such commit, no checkout), unreadable_file
   */
  changes(asked: ChangesAsked, signal: AbortSignal): Promise<ChangedCode | null>;
  /** Paths as tools write them, in the project: the checkout, else the working directory. */
  pathsOf(paths: readonly string[]): Promise<ProjectPaths>;
  /** Those of some paths in the project, as `pathsOf` gives them, at which there is no file. */
  missing(files: readonly string[]): Promise<ReadonlySet<string>>;
}

/** What this machine is and how a home stands on it, for `doctor`. */
export type MachineReport = Readonly<{
  /** Version of this program. */
  version: string;
  node: string;
  platform: string;
  /** Permission bits of the home; null where there are none or it does not exist. */
  homeMode: number | null;
  /** Whether a file stands where the home should be. */
  homeIsFile: boolean;
  homeWritable: boolean;
  /** Bytes free on the home's disk; null when that cannot be told. */
  freeBytes: number | null;
}>;

/** Everything an operation may use. Built once in `compose.ts`. */
export type Ports = Readonly<{
  ledger: Ledger;
  clock: Clock;
  ids: Ids;
  calendar: Calendar;
  logger: Logger;
  files: FileReader;
  databases: DatabaseReader;
  transcripts: Transcripts;
  surroundings: Surroundings;
  evals: EvalOutside;
  models: ModelCalls;
  agentEvents: AgentEvents;
  machine(home: string): Promise<MachineReport>;
  /** The configurations of coding agents: the user's, and those of the project that a folder lies in. */
  agentFiles(folder: string): Promise<AgentFiles>;
  /** Reviews of what agents did in the checkout that a folder lies in, loaded when they are first asked for. */
  stopReviews(folder: string): Promise<StopReviews>;
  /** What a folder says, as `surroundings` says of the working directory. */
  surroundingsOf(folder: string): Surroundings;
  /**
   * The review gate over the checkout that a folder lies in, loaded when it is first asked for.
   * @param approvedIn the folder whose checkout commands are approved for, where it is another one: a tree of this program's own
   */
  gate(folder: string, approvedIn?: string): Promise<GateOutside>;
  /** Commits and worktrees beside the checkout that a folder lies in. @throws not_found outside of a checkout */
  worktrees(folder: string): Promise<Worktrees>;
  /** The host of the repository, loaded when it is first asked for. */
  codeHost(): Promise<CodeHost>;
  /** Sync, loaded when it is first asked for. */
  sync(): Promise<Sync>;
  /** Whose devices are known from syncing; empty for a home that never has. */
  people(): Promise<readonly SyncPerson[]>;
}>;
