import type { TeamReset } from "../features/reviews/model/resets-in-force.ts";
import type { OnProgress } from "../kernel/progress.ts";

/*
 * Sync as the operations see it. Everything that needs no network (cached status, preview, configuration) works offline; nothing
 * of sync is loaded, opened or requested while sync is not configured.
 */

/** The server and the team that facts are synced with. */
export type SyncTarget = Readonly<{
  /** Without a trailing slash. */
  url: string;
  /** The project's public key. */
  anonKey: string;
  /** The team's slug. */
  team: string;
}>;

/** What the user allows to be sent. */
export type SyncChoices = Readonly<{
  enabled: boolean;
  /** Transcripts and prompts may be sent. */
  transcripts: boolean;
  /** Messages are sent as hashes. */
  redactMessages: boolean;
  /** Paths are sent as hashes. */
  redactPaths: boolean;
  /** Projects whose facts may be sent (`*` matches any sequence of characters); null: all. */
  projects: readonly string[] | null;
  /** Those of `projects` that the user has agreed to share with a team named by a checkout; null: all of them. */
  allowed: readonly string[] | null;
  /** Texts of inbox and memory may be sent unchanged; otherwise they are sent as hashes. */
  texts: boolean;
}>;

/** Choices made by a host program; each may be undefined. */
export type HostChoices = Readonly<{
  [K in Exclude<keyof SyncChoices, "projects" | "allowed" | "texts">]?: SyncChoices[K] | undefined;
}>;

/** A team that the checkout names and that the user has not yet agreed to share with. */
export type SyncProposalView = Readonly<{
  url: string;
  team: string;
  /** The file that names the team. */
  source: string;
  /** The project of the checkout, which would be shared. */
  project: string;
}>;

/** A sign-in. `expiresAt`: seconds since the epoch; 0: never expires. */
export type SyncSession = Readonly<{
  accessToken: string;
  /** Empty if the session cannot be refreshed. */
  refreshToken: string;
  expiresAt: number;
  userId: string;
  email: string;
}>;

/** Stores sessions, one per server address. */
export interface SessionVault {
  read(url: string): Promise<SyncSession | null>;
  write(url: string, session: SyncSession | null): Promise<void>;
}

/** Named mutexes of the home, shared by all processes. */
export interface NamedMutex {
  /** Runs `body` while holding the mutex. @returns null if another process still held it after `waitMs` */
  pass<T>(name: string, waitMs: number, body: () => Promise<T>, signal?: AbortSignal): Promise<Readonly<{ value: T }> | null>;
}

/** A problem that prevents facts from being sent or fetched, as `sync status` shows it. */
export type SyncProblem = Readonly<{
  /**
   * `conflict`: two people recorded different runs under one id; `offline`: the server cannot be reached; `server`: the server
   * fails; `signed_out`: nobody is signed in; `denied`: the server does not allow it, or the user is not in such a team; `fork`:
   * two logs use the same device id; `chain`: facts do not continue their log; `refused`: the server rejected a fact, which was
   * left out; `unreadable`: facts of an earlier device id of this home are missing from the team or do not match this home's log;
   * `failed`: anything else.
   */
  kind: "conflict" | "offline" | "server" | "signed_out" | "denied" | "fork" | "chain" | "refused" | "unreadable" | "failed";
  device: string | null;
  seq: number | null;
  message: string;
  /** What to do about it. */
  hint: string;
}>;

export type SyncDeviceView = Readonly<{
  device: string;
  name: string;
  /** Email address of the device's user; null if unknown. */
  user: string | null;
  /** Number of the last fact of this device that is on this machine. */
  have: number;
  /** Number of the last fact of this device that the team has. */
  head: number;
}>;

export type SyncStatusView = Readonly<{
  configured: boolean;
  signed_in: boolean;
  enabled: boolean;
  /** Whether the server could be reached; null if it was not asked. */
  online: boolean | null;
  url: string | null;
  team: string | null;
  user: string | null;
  /** Id of this device; null until something is recorded here. */
  device: string | null;
  unsent: number;
  devices: readonly SyncDeviceView[];
  last_push: string | null;
  last_pull: string | null;
  /** When the next retry after failures is due, ISO-8601 UTC. */
  retry_at: string | null;
  problems: readonly SyncProblem[];
  /** Team resets in force as of the last sync, oldest first. */
  resets: readonly TeamResetView[];
  /** A team that the current checkout names and that needs the user's consent; null if there is none. */
  proposal: SyncProposalView | null;
}>;

export type SyncRunView = Readonly<{
  configured: boolean;
  pushed: number;
  pulled: number;
  unsent: number;
  problems: readonly SyncProblem[];
}>;

export type SyncTestView = Readonly<{
  ok: boolean;
  steps: readonly Readonly<{ name: string; ok: boolean; ms: number; detail: string }>[];
}>;

/** The rows that a sync would send, exactly as they would be sent. */
export type SyncPreviewView = Readonly<{
  configured: boolean;
  team: string | null;
  unsent: number;
  /** Number of facts that would be sent without their data, because their project is not shared. */
  withheld: number;
  facts: readonly Readonly<Record<string, unknown>>[];
}>;

export type SyncSignInView = Readonly<{
  signed_in: boolean;
  user: string | null;
  url: string;
  team: string;
  /** The user's role in the team; null if the user is not a member, or if the role could not be determined (see `problem`). */
  role: string | null;
  problem: SyncProblem | null;
}>;

export type TeamMemberView = Readonly<{
  user: string;
  email: string | null;
  name: string | null;
  role: string;
  joined_at: string;
}>;

/** An SQL file that creates a part of a team's database; names begin with the number that they are ordered by. */
export type Migration = Readonly<{ name: string; sql: string }>;

/** Numbers of the migrations that a server has. `all` null: the server reports only the last one. */
export type AppliedMigrations = Readonly<{ last: string; all: readonly string[] | null }>;

/** `server`: number of the last migration that the server has. `server` and `missing` are null if the server was not asked. */
export type MigrationsView = Readonly<{
  files: readonly string[];
  out: string | null;
  server: string | null;
  missing: readonly string[] | null;
}>;

/** An invitation to the signed-in user. */
export type ReceivedInvitation = Readonly<{ team: string; name: string; role: string; by: string | null; at: string }>;

/** An unanswered invitation of the configured team. */
export type SentInvitation = Readonly<{ email: string; role: string; at: string }>;

/** `sent` is empty for users who do not manage the configured team. */
export type InvitationsView = Readonly<{ received: readonly ReceivedInvitation[]; sent: readonly SentInvitation[] }>;

/**
 * A team reset in force. `by`: email address or name of the owner who made it; null if no known member matches. `hidden_runs`:
 * number of runs synced to this machine that it hides; null if the reset was not known at the last sync.
 */
export type TeamResetView = Readonly<{
  id: string;
  /** The agent that is reset; null: all agents. */
  agent: string | null;
  at: string;
  by: string | null;
  hidden_runs: number | null;
}>;

/** Rows that `sync show` prints, latest first. `resets`: for the summary, the resets in force; rows exclude what they hide. */
export type TeamShowView = Readonly<{
  team: string;
  view: string;
  rows: readonly Readonly<Record<string, unknown>>[];
  resets: readonly TeamResetView[];
}>;

/** The standing of one agent of a team in the server's ledger. */
export type RemoteStanding = Readonly<{
  agent: string;
  coinTenths: number;
  streakPass: number;
  streakBlock: number;
  lastVerdict: string | null;
}>;

/** A non-empty table of the server: number of rows, and the sum of what it counts (tests passed, or micro-USD; else 0). */
export type RemoteTotal = Readonly<{ table: string; rows: number; sum: number }>;

/** The contents of the server's tables, and for each device the last fact that can be fetched. */
export type RemoteTotals = Readonly<{
  heads: ReadonlyMap<string, number>;
  /** By device, its owner according to the server. */
  owners: ReadonlyMap<string, string>;
  /** Team resets in force, oldest first. */
  resets: readonly TeamReset[];
  /** By own device, the seqs in its log for which the server has only a withheld fact. */
  withheld: ReadonlyMap<string, ReadonlySet<number>>;
  /** How the server's logs of own devices differ from the local ones. */
  differences: readonly string[];
  standings: readonly RemoteStanding[];
  tables: readonly RemoteTotal[];
}>;

/** A person whose devices are known from the last sync. */
export type SyncPerson = Readonly<{ user: string; email: string | null; me: boolean; devices: readonly string[] }>;

export type SyncDirection = "both" | "push" | "pull";

export type SyncCallOptions = Readonly<{ onProgress?: OnProgress; signal?: AbortSignal }>;

/**
 * How to sign in: with a password, with a browser, with the code that a browser returned elsewhere, or by mail: `mail` sends a
 * mail, `mailed` redeems what it contains (the code or the complete link).
 */
export type SignInMethod =
  | Readonly<{ way: "password"; email: string; password: string }>
  | Readonly<{ way: "mail"; email: string }>
  | Readonly<{ way: "mailed"; email: string; code: string }>
  | Readonly<{ way: "browser"; tell(url: string): void }>
  | Readonly<{ way: "code"; code: string; verifier: string }>;

/** The user's choices that setup writes to the settings of the home; undefined ones stay unchanged. */
export type SetUpChoices = Readonly<{
  /** Projects whose facts may be sent; `.` stands for the current one. */
  projects?: readonly string[] | undefined;
  redact?: readonly ("messages" | "paths")[] | undefined;
}>;

export interface Sync {
  /** Cheap: reads only the configuration files. */
  isConfigured(): Promise<boolean>;
  /** Returns the team that the current checkout proposes and the user has not agreed to; null if none. Sends no request. */
  proposal(): Promise<SyncProposalView | null>;
  /**
   * Records the user's consent to share with the team that the checkout proposes.
   * @param projects as in `sync.projects`, `.` for the current one
   * @throws sync_refused if the checkout proposes another team
   */
  allow(team: string, projects: readonly string[]): Promise<void>;
  /** @param ask whether to ask the server (for at most 3 s) or to report the state of the last sync */
  status(options: Readonly<{ ask: boolean }>): Promise<SyncStatusView>;
  /** Sends and fetches. Failures are reported in `problems`; throws only for problems of this machine. */
  run(direction: SyncDirection, options?: SyncCallOptions & Readonly<{ background?: boolean }>): Promise<SyncRunView>;
  /** Tests each server function that sync needs. */
  test(): Promise<SyncTestView>;
  preview(options: Readonly<{ limit: number }>): Promise<SyncPreviewView>;
  /**
   * Writes the target to `.reward-ledger.json` at the git root (`where` "project") or to the home's settings ("user").
   * @returns the file's path and the target written
   */
  setUp(
    target: SyncTarget,
    where: "project" | "user",
    choices?: SetUpChoices,
  ): Promise<Readonly<{ file: string; target: SyncTarget }>>;
  /** @throws sync_not_configured, sync_offline, sync_refused, cancelled */
  signIn(way: SignInMethod, signal?: AbortSignal): Promise<SyncSignInView>;
  /** @returns whether anybody was signed in */
  signOut(): Promise<boolean>;
  /** Returns the address to open in a browser for signing in, and the verifier needed to redeem the resulting code. */
  authorization(redirectTo: string): Promise<Readonly<{ url: string; verifier: string }>>;
  people(): Promise<readonly SyncPerson[]>;
  /** Cached comparisons: by pair of runs, whether they contradict each other. Facts are immutable, so results stay valid. */
  comparedRuns(): Promise<ReadonlyMap<string, boolean>>;
  /** Replaces the cached comparisons. @throws store_unwritable */
  keepCompared(pairs: ReadonlyMap<string, boolean>): Promise<void>;
  /** Returns resets in force of all teams that this home has synced with, oldest first. Sends no request. */
  teamResets(): Promise<readonly TeamResetView[]>;
  createTeam(slug: string, name: string): Promise<string>;
  members(): Promise<readonly TeamMemberView[]>;
  /**
   * Invites an email address, or changes a member's role.
   * @returns whether the address was invited; does not reveal whether it has an account
   */
  addMember(email: string, role: "owner" | "admin" | "member"): Promise<Readonly<{ invited: boolean }>>;
  invitations(): Promise<InvitationsView>;
  /** Joins a team that the user is invited to. @returns the team's id */
  acceptInvitation(slug: string): Promise<string>;
  declineInvitation(slug: string): Promise<void>;
  /** Removes a member from the team, or withdraws an invitation. */
  removeMember(email: string): Promise<void>;
  /** @param value null removes the setting */
  setSetting(key: string, value: string | null): Promise<void>;
  /** Resets the team's totals to zero, for one agent or (null) for all; owners only. @returns number of runs hidden */
  resetTeam(agent: string | null): Promise<number>;
  /** Undoes the latest team reset: of that agent, or (null) of any. @returns number of runs that count again */
  undoTeamReset(agent: string | null): Promise<number>;
  show(view: "summary" | "runs" | "evals" | "members"): Promise<TeamShowView>;
  remoteTotals(): Promise<RemoteTotals>;
  /** Starts a log under a new device id after a fork. @returns the new id */
  renewDevice(): Promise<string>;
  /** Returns this version's migrations, in order. Needs no configuration. @param into a folder to create for them */
  migrations(into?: string): Promise<readonly Migration[]>;
  /** Asks which migrations the server has. */
  appliedMigrations(): Promise<AppliedMigrations>;
}
