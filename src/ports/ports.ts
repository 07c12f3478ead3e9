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
import type { EvalPorts } from "./evals.ts";
import type { Device, FactMoveOptions, LogChunk, LogReport, MissingFacts, StoreProblem } from "./fact-log.ts";
import type { GatePorts } from "./gate.ts";
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

/** Generates UUIDv7 ids that increase within a process. */
export interface Ids {
  next(at: Date): string;
}

/** Days and weeks in the user's time zone. Weeks start on Monday. */
export interface Calendar {
  /** IANA name of the zone. */
  readonly zone: string;
  /** A configured zone name that is not a valid zone; null or absent if there is none. */
  readonly complaint?: string | null;
  /** Returns the local day `YYYY-MM-DD` of an instant (ms since the epoch). */
  dayOf(at: number): string;
  /** Returns the first instant of a local day, in ms since the epoch. */
  startOfDay(day: string): number;
  /** Returns the day `n` days after `day` (negative: before). */
  addDays(day: string, n: number): string;
  /** Returns the Monday of the week that contains `day`. */
  mondayOf(day: string): string;
}

export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** The queries of every feature, answered from the index. */
export interface Queries {
  readonly review: ReviewQueries;
  readonly agent: AgentQueries;
  readonly eval: EvalQueries;
  readonly intake: IntakeQueries;
  readonly rules: RulesQueries;
  readonly gate: GateQueries;
  readonly selfFix: SelfFixQueries;
}

/** Result of recording one draft. `existing`: the recorded fact that the draft duplicates. */
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
  /** Number of facts that the index on disk lacks and that a cold start has to apply. */
  pendingFacts: number;
  /** Number of agent events waiting to be ingested, if there is a spool. */
  waitingEvents?: number;
  problems: readonly StoreProblem[];
}>;

/**
 * A draft that depends on what is already recorded. `decide` runs under the writer lock, right before the draft is checked and
 * written, with an index that includes everything any process has recorded. If it throws, the draft is refused with that error.
 */
export type DeferredDraft = Readonly<{ decide(queries: Queries): Draft }>;
/** Whose facts to include: the user's own devices, all devices, or the given devices. Without sync, all are the user's own. */
export type OwnerScope = "mine" | "team" | Readonly<{ only: readonly string[] }>;

/** The ledger: journal and index combined. Every answer includes everything that any process recorded before the query. */
export interface Ledger {
  readonly home: string;
  readonly device: Device;
  /** Former device ids of this home. */
  earlier(): readonly string[];
  /**
   * Records drafts in order, in batches of one durable write each. A draft that repeats a recorded fact is a duplicate; one that
   * contradicts it is refused; neither stops the others. Outcomes are returned only after their facts are durable. With
   * `together`, all drafts form one batch, and nothing is recorded if one of them is refused.
   */
  record(
    drafts: readonly (Draft | DeferredDraft)[],
    options?: Readonly<{ onProgress?: OnProgress; signal?: AbortSignal; together?: boolean }>,
  ): Promise<readonly RecordOutcome[]>;
  /**
   * Queries the index after catching up with the journal. The query is synchronous and must not retain its argument.
   * @param whose whose facts to include; default: the user's own
   */
  ask<T>(query: (queries: Queries) => T, whose?: OwnerScope): Promise<T>;
  /**
   * Returns the content of `summary.json`, so that a short-lived process need not load the index. Null if the file does not
   * include everything recorded before the call, or if the index is already open.
   */
  summary(): Promise<Summary | null>;
  /** Reads one complete fact by its place. */
  fetch(place: FactPlace): Promise<Fact>;
  /** Returns the logs that end before their last acknowledged fact. @param ends see `FactLog.missing` */
  missing(ends?: readonly Cursor[]): Promise<readonly MissingFacts[]>;
  /** Returns how far each device's log has been read, after catching up with the journal. */
  heads(): Promise<readonly Cursor[]>;
  /** Reads one device's log, after a cursor or from its start. */
  readDevice(after: Cursor | string, signal?: AbortSignal): AsyncIterable<LogChunk>;
  /**
   * Appends facts of one device, received from elsewhere, to its log in order; see `LogWriter.take`.
   * @throws foreign_refused and what `record` throws
   */
  take(device: string, facts: readonly Fact[], signal?: AbortSignal): Promise<number>;
  /** Starts a log under a new device id; see `FactLog.renewDevice`. */
  renewDevice(): Promise<Device>;
  /** See `FactLog.isDeviceKept` and `FactLog.keepDevice`. */
  readonly isDeviceKept: boolean;
  keepDevice(): Promise<Device>;
  /** Moves the end of another own log to this device's log; see `FactLog.adopt`. */
  adopt(from: string, keep: number, how?: FactMoveOptions): Promise<number>;
  /** Reads all facts of all devices, device by device in log order. */
  facts(signal?: AbortSignal): AsyncIterable<readonly PlacedFact[]>;
  /** Reads every log, checks chains and hashes, and compares every total with one recomputed by the domain's folds. */
  verify(options?: Readonly<{ onProgress?: OnProgress; signal?: AbortSignal }>): Promise<VerifyReport>;
  /** Discards the index and rebuilds it from the journal. */
  rebuild(options?: Readonly<{ onProgress?: OnProgress; signal?: AbortSignal }>): Promise<Readonly<{ facts: number }>>;
  /** Creates the home and all store files; changes nothing that is already as it should be. */
  initialize(): Promise<void>;
  inspect(): Promise<StoreReport>;
  /** Writes index and summary to disk if enough has changed (`force`: if anything has). */
  checkpoint(options?: Readonly<{ force?: boolean }>): Promise<void>;
  close(): Promise<void>;
}

/** Reads files for operations; the only way operations reach the disk outside the home. */
export interface FileReader {
  /** UTF-8 text of a file. @throws unreadable_file, file_too_large, invalid_input (not UTF-8, changed while being read) */
  text(path: string): Promise<string>;
  /** Like `text`, for JSON lines: lines that are not UTF-8 begin with U+FFFD, which makes them invalid JSON. @throws as `text` */
  lines(path: string): Promise<string>;
  /**
   * Reads text that another program wrote, in UTF-8 or UTF-16; invalid bytes become U+FFFD. A zip archive is returned as bytes.
   * @throws as `text`
   */
  content(path: string): Promise<string | Uint8Array>;
  /** Lists the files below a path (the path itself if it is a file), sorted. Skips directories named `node_modules` or `.git`. */
  list(path: string): Promise<readonly string[]>;
  /** Returns those of the given files that git tracks, each in its own repository. @param paths absolute */
  tracked(paths: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Writes a whole file or nothing. @param options replace: whether an existing file may be replaced
   * @throws exists, invalid_input (inside the home), store_unwritable, disk_full
   */
  write(path: string, content: string, options?: Readonly<{ replace?: boolean | undefined }>): Promise<void>;
  /** Throws what `write` would throw, as far as predictable. @throws exists, invalid_input (inside the home), store_unwritable */
  checkWrite(path: string, options?: Readonly<{ replace?: boolean | undefined }>): Promise<void>;
}

/** A row of another program's database, unchanged. */
export type ForeignRow = Readonly<Record<string, unknown>>;

/** Reads SQLite files of other programs; never writes them. */
export interface DatabaseReader {
  /** Reads all rows of a table in insertion order; undefined if there is no such file. @throws unreadable_file, invalid_input */
  table(path: string, table: string): Promise<readonly ForeignRow[] | undefined>;
}

/** Lines that a change added, as inclusive ranges, ascending; `all`: git considers the file binary or does not track it. */
export type ChangedLines = "all" | readonly (readonly [first: number, last: number])[];

/** A part of a file that differs between the working tree and the staged version. Lines count from 1. */
export type UnstagedPart = Readonly<{ first: number; lines: number; stagedLines: number }>;

/** What a review compares with. `except`: files in the checkout that are not code. */
export type ChangesQuery = Readonly<{
  /** Any name of a commit. Default: the point where the code left its target branch. */
  base?: string | undefined;
  /** Only staged changes, compared with the checked-out commit. */
  staged?: boolean | undefined;
  except?: readonly string[];
}>;

/** What changed in a checkout since a commit, up to the current files or the staged ones. */
export type ChangedCode = Readonly<{
  /** The commit, and the name by which it was found: `origin/main`. Null if the staged changes will be the first commit. */
  base: Readonly<{ commit: string; name: string }> | null;
  /** The folder of the checkout, absolute. */
  top: string;
  /** By path relative to the top of the checkout; renamed files under their new name. Only renaming a file is not a change. */
  files: ReadonlyMap<string, ChangedLines>;
  /** Where the working tree differs from the staged version, ascending; `all`: the file is untracked, or binary for git. */
  unstaged: ReadonlyMap<string, "all" | readonly UnstagedPart[]>;
  /** Identifies the changes: two states of the code have the same fingerprint only if they are the same. */
  fingerprint: string;
}>;

/** Paths relative to the project, with slashes; null if outside of it. `moved`: folder elsewhere that mirrors the project. */
export type ProjectPaths = Readonly<{ paths: ReadonlyMap<string, string | null>; moved: string | null }>;

/** Files of a project, by their paths in it, with slashes. Links that lead out of the project are refused. */
export interface ProjectFiles {
  /** UTF-8 text of a file, including its byte order mark; null if there is no file. @throws unreadable_file */
  text(file: string): Promise<string | null>;
  /** Writes a whole file, replacing the old one, and creates its folders. @throws store_unwritable, disk_full */
  write(file: string, content: string): Promise<void>;
  /** Removes a file if it exists. @throws store_unwritable */
  remove(file: string): Promise<void>;
  /** Whether two paths resolve to the same file. @throws store_unwritable if one leads out of the project */
  isSame(file: string, other: string): Promise<boolean>;
  /** Runs `work` while no other process works on the same file, which must exist. @throws store_unwritable */
  exclusive<T>(file: string, work: () => Promise<T>): Promise<T>;
  /** Returns the SHA-256 of a text in hexadecimal. */
  hashOf(text: string): string;
}

/** Defaults taken from the environment, such as agent and project, for what the user does not specify. */
export interface Surroundings {
  /** `REWARD_LEDGER_AGENT`, else `claude-code`. */
  readonly agent: string;
  /** The working directory, absolute. */
  readonly folder: string;
  /** The top of the checkout that contains the working directory, else the working directory. */
  top(): Promise<string>;
  /** `owner/repo` of the git remote of the working directory, else its folder's name. */
  project(): Promise<string>;
  git(): Promise<Readonly<{ branch: string | null; commit: string | null }>>;
  /** Like `git`, with the time of its checkout in ms since the epoch; null if git does not record it. */
  gitSince(): Promise<Readonly<{ branch: string | null; commit: string | null; since: number | null }>>;
  /** Version of the project's house rules; null if there are none or they state none. */
  houseRulesVersion(): Promise<number | null>;
  /** The files of the project: the checkout, else the working directory. */
  readonly projectFiles: ProjectFiles;
  /**
   * Returns what changed since a commit. Default: since the code left its target branch, which is the upstream if that is another
   * branch, else the default branch. Null if there is no such branch.
   * @throws not_found (no such commit, no checkout), unreadable_file
   */
  changes(query: ChangesQuery, signal: AbortSignal): Promise<ChangedCode | null>;
  /** Maps paths as tools write them to paths in the project: the checkout, else the working directory. */
  pathsOf(paths: readonly string[]): Promise<ProjectPaths>;
  /** Returns those of the given project paths (as from `pathsOf`) at which there is no file. */
  missing(files: readonly string[]): Promise<ReadonlySet<string>>;
}

/** The machine and the state of a home on it, for `doctor`. */
export type MachineReport = Readonly<{
  /** Version of this program. */
  version: string;
  node: string;
  platform: string;
  /** Permission bits of the home; null if the platform has none or the home does not exist. */
  homeMode: number | null;
  /** Whether there is a file at the path of the home. */
  homeIsFile: boolean;
  homeWritable: boolean;
  /** Free bytes on the home's disk; null if unknown. */
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
  evals: EvalPorts;
  models: ModelCalls;
  agentEvents: AgentEvents;
  machine(home: string): Promise<MachineReport>;
  /** The configuration files of coding agents: the user's, and those of the project that contains a folder. */
  agentFiles(folder: string): Promise<AgentFiles>;
  /** Reviews of agents' work in the checkout that contains a folder; loaded on first use. */
  stopReviews(folder: string): Promise<StopReviews>;
  /** The same as `surroundings`, for another folder. */
  surroundingsOf(folder: string): Surroundings;
  /**
   * The review gate for the checkout that contains a folder; loaded on first use.
   * @param approvedIn folder of the checkout that commands are approved for, if it is another one (for a scratch tree of this
   * program)
   */
  gate(folder: string, approvedIn?: string): Promise<GatePorts>;
  /** Commits and worktrees beside the checkout that contains a folder. @throws not_found outside of a checkout */
  worktrees(folder: string): Promise<Worktrees>;
  /** The host of the repository; loaded on first use. */
  codeHost(): Promise<CodeHost>;
  /** Sync; loaded on first use. */
  sync(): Promise<Sync>;
  /** People whose devices are known from syncing; empty for a home that has never synced. */
  people(): Promise<readonly SyncPerson[]>;
}>;
