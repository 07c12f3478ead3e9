import type { TeamReset } from "../features/reviews/model/resets-in-force.ts";
import type { OnProgress } from "../kernel/progress.ts";

/*
 * Sync as the operations see it. Everything that needs no network (status without asking, preview, configuration) works offline;
 * nothing here is loaded, opened or asked for while sync is not configured.
 */

/** Where a team's facts are kept, and what may leave this machine for it. */
export type SyncTarget = Readonly<{
  /** Without a trailing slash. */
  url: string;
  /** The project's public key. */
  anonKey: string;
  /** The team's slug. */
  team: string;
}>;

/** What the user allows. */
export type SyncChoices = Readonly<{
  enabled: boolean;
  /** Transcripts and prompts may leave. */
  transcripts: boolean;
  /** Messages leave as hashes. */
  redactMessages: boolean;
  /** Paths leave as hashes. */
  redactPaths: boolean;
  /** Projects whose facts may leave (`*` stands for any run of characters); null: all. */
  projects: readonly string[] | null;
  /** Of these, the projects that the user has agreed to share with a team that a checkout names; null: all of them. */
  allowed: readonly string[] | null;
  /** Texts of the inbox and of memory may leave as they are; else they leave as hashes. */
  texts: boolean;
}>;

/** Choices of a host, any of which may be left open. */
export type GivenChoices = Readonly<{
  [K in Exclude<keyof SyncChoices, "projects" | "allowed" | "texts">]?: SyncChoices[K] | undefined;
}>;

/** A team that a checkout names and that the user has not agreed to share with. */
export type SyncProposalView = Readonly<{
  url: string;
  team: string;
  /** File that names it. */
  source: string;
  /** Project of the checkout: what would be shared. */
  project: string;
}>;

/** Who is signed in. Times in seconds since the epoch; 0: never expires. */
export type SyncSession = Readonly<{
  accessToken: string;
  /** Empty where there is nothing to refresh with. */
  refreshToken: string;
  expiresAt: number;
  userId: string;
  email: string;
}>;

/** Keeps sessions, one for each address. */
export interface SessionVault {
  read(url: string): Promise<SyncSession | null>;
  write(url: string, session: SyncSession | null): Promise<void>;
}

/** Lets one process at a time through a named gate of the home. */
export interface NamedMutex {
  /** @returns null when another process was still inside after `waitMs` */
  pass<T>(name: string, waitMs: number, body: () => Promise<T>, signal?: AbortSignal): Promise<Readonly<{ value: T }> | null>;
}

/** Something that keeps facts from being sent or taken, as `sync status` shows it. */
export type SyncProblem = Readonly<{
  /**
   * `offline`: the server cannot be reached; `server`: it fails; `signed_out`: nobody is signed in; `denied`: the server does not
   * allow it, or this user has no such team; `fork`: two logs under one device id; `chain`: facts that do not continue their log;
   * `refused`: one fact that the server does not take and that was left out; `unreadable`: one that cannot be read here; `failed`:
   * anything else.
   */
  kind: "conflict" | "offline" | "server" | "signed_out" | "denied" | "fork" | "chain" | "refused" | "unreadable" | "failed";
  device: string | null;
  seq: number | null;
  message: string;
  /** What to do. */
  hint: string;
}>;

export type SyncDeviceView = Readonly<{
  device: string;
  name: string;
  /** Address of its user; null where unknown. */
  user: string | null;
  /** Last fact that is here. */
  have: number;
  /** Last fact that the team has. */
  head: number;
}>;

export type SyncStatusView = Readonly<{
  configured: boolean;
  signed_in: boolean;
  enabled: boolean;
  /** Null where the server was not asked. */
  online: boolean | null;
  url: string | null;
  team: string | null;
  user: string | null;
  /** Null before anything was recorded here. */
  device: string | null;
  unsent: number;
  devices: readonly SyncDeviceView[];
  last_push: string | null;
  last_pull: string | null;
  /** When the next try is due after failures, ISO-8601 UTC. */
  retry_at: string | null;
  problems: readonly SyncProblem[];
  /** Resets of the team in force as of the last sync, oldest first. */
  resets: readonly TeamResetView[];
  /** A team that the checkout at hand names and that waits for the user's consent; null: none. */
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

/** What would leave: rows as they would be sent. */
export type SyncPreviewView = Readonly<{
  configured: boolean;
  team: string | null;
  unsent: number;
  /** Facts that would leave without their data, because their project is not shared. */
  withheld: number;
  facts: readonly Readonly<Record<string, unknown>>[];
}>;

export type SyncSignInView = Readonly<{
  signed_in: boolean;
  user: string | null;
  url: string;
  team: string;
  /** Null where the user is not a member of the team, or where a problem kept that from being found out. */
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

/** A file of SQL that makes a part of a team's database; names begin with the number by which they are ordered. */
export type Migration = Readonly<{ name: string; sql: string }>;

/** Numbers of the files that a server has. `all` null: it tells the last one only. */
export type AppliedMigrations = Readonly<{ last: string; all: readonly string[] | null }>;

/** `server`: number of the last file that the server has; null, like `missing`, where it was not asked. */
export type MigrationsView = Readonly<{
  files: readonly string[];
  out: string | null;
  server: string | null;
  missing: readonly string[] | null;
}>;

/** An invitation to the user who is signed in. */
export type ReceivedInvitation = Readonly<{ team: string; name: string; role: string; by: string | null; at: string }>;

/** An invitation of the configured team that is not answered. */
export type SentInvitation = Readonly<{ email: string; role: string; at: string }>;

/** `sent` is empty for whoever does not manage the configured team. */
export type InvitationsView = Readonly<{ received: readonly ReceivedInvitation[]; sent: readonly SentInvitation[] }>;

/**
 * A reset of a team in force. `by`: address or name of the owner who made it; null where nobody of the team is known as that. `hidden_runs`:
 * how many runs it hides of those that were synced to here; null where the last sync did not know of it.
 */
export type TeamResetView = Readonly<{
  id: string;
  /** Null: of all agents. */
  agent: string | null;
  at: string;
  by: string | null;
  hidden_runs: number | null;
}>;

/** Rows that `sync show` prints, newest first. `resets`: with the summary, those in force, which the rows leave out. */
export type TeamShowView = Readonly<{
  team: string;
  view: string;
  rows: readonly Readonly<Record<string, unknown>>[];
  resets: readonly TeamResetView[];
}>;

/** One agent of a team as the server's ledger has it. */
export type RemoteStanding = Readonly<{
  agent: string;
  coinTenths: number;
  streakPass: number;
  streakBlock: number;
  lastVerdict: string | null;
}>;

/** A table of the server that is not empty: its rows, and the sum of what it counts (tests passed, or millionths of USD; else 0). */
export type RemoteTotal = Readonly<{ table: string; rows: number; sum: number }>;

/** What the server's tables hold, and of which devices up to which fact that can be fetched. */
export type RemoteTotals = Readonly<{
  heads: ReadonlyMap<string, number>;
  /** By device, whose it is as the server says. */
  owners: ReadonlyMap<string, string>;
  /** Resets of the whole team in force, oldest first. */
  resets: readonly TeamReset[];
  /** By own device, the places in its log of which the server knows only that a fact was withheld. */
  withheld: ReadonlyMap<string, ReadonlySet<number>>;
  /** How the server's logs of own devices differ from those here. */
  differences: readonly string[];
  standings: readonly RemoteStanding[];
  tables: readonly RemoteTotal[];
}>;

/** Whose devices are known, from the last sync. */
export type SyncPerson = Readonly<{ user: string; email: string | null; me: boolean; devices: readonly string[] }>;

export type SyncDirection = "both" | "push" | "pull";

export type SyncCall = Readonly<{ onProgress?: OnProgress; signal?: AbortSignal }>;

/**
 * How to sign in: with a password, with a browser, with the code that a browser came back with elsewhere, or by mail: first a mail
 * is sent, then what it holds (its code, or its link whole) is redeemed.
 */
export type SignInWay =
  | Readonly<{ way: "password"; email: string; password: string }>
  | Readonly<{ way: "mail"; email: string }>
  | Readonly<{ way: "mailed"; email: string; code: string }>
  | Readonly<{ way: "browser"; tell(url: string): void }>
  | Readonly<{ way: "code"; code: string; verifier: string }>;

/** What of a user's choices setting up writes to the settings of the home; what is not given stays as it is. */
export type SetUpChoices = Readonly<{
  /** Projects whose facts may leave; `.` stands for the one at hand. */
  projects?: readonly string[] | undefined;
  redact?: readonly ("messages" | "paths")[] | undefined;
}>;

export interface Sync {
  /** Cheap: one look at the configuration's files. */
  isConfigured(): Promise<boolean>;
  /** What the checkout at hand proposes and the user has not agreed to; null: nothing. Asks no server. */
  proposal(): Promise<SyncProposalView | null>;
  /**
   * Agrees to share with the team that the checkout proposes.
   * @param projects as in `sync.projects`, `.` for the one at hand
   * @throws sync_refused where it proposes no such team
   */
  allow(team: string, projects: readonly string[]): Promise<void>;
  /** @param ask whether to ask the server (at most 3 s) or to tell what the last sync knew */
  status(options: Readonly<{ ask: boolean }>): Promise<SyncStatusView>;
  /** Sends and fetches. What fails is told in `problems`; it throws only for what is wrong on this machine. */
  run(direction: SyncDirection, options?: SyncCall & Readonly<{ background?: boolean }>): Promise<SyncRunView>;
  /** Asks the server each thing that sync needs. */
  test(): Promise<SyncTestView>;
  preview(options: Readonly<{ limit: number }>): Promise<SyncPreviewView>;
  /** Writes `.reward-ledger.json` at the git root (or, outside of git, the home's settings). @returns the file's path and what it says */
  setUp(
    target: SyncTarget,
    where: "project" | "user",
    choices?: SetUpChoices,
  ): Promise<Readonly<{ file: string; target: SyncTarget }>>;
  /** @throws sync_not_configured, sync_offline, sync_refused, cancelled */
  signIn(way: SignInWay, signal?: AbortSignal): Promise<SyncSignInView>;
  /** @returns whether anybody was signed in */
  signOut(): Promise<boolean>;
  /** The address to sign in at with a browser, and what the answer is to be redeemed with. */
  authorization(redirectTo: string): Promise<Readonly<{ url: string; verifier: string }>>;
  people(): Promise<readonly SyncPerson[]>;
  /** Of pairs of runs that were compared before, whether they contradict each other; facts do not change, so the answers stay. */
  comparedRuns(): Promise<ReadonlyMap<string, boolean>>;
  /** @throws store_unwritable */
  keepCompared(pairs: ReadonlyMap<string, boolean>): Promise<void>;
  /** Resets in force of all teams that this home has synced with, oldest first. Asks no server. */
  teamResets(): Promise<readonly TeamResetView[]>;
  createTeam(slug: string, name: string): Promise<string>;
  members(): Promise<readonly TeamMemberView[]>;
  /** Invites an address, or gives a member another role. @returns whether it was invited; says nothing of whether it has an account */
  addMember(email: string, role: "owner" | "admin" | "member"): Promise<Readonly<{ invited: boolean }>>;
  invitations(): Promise<InvitationsView>;
  /** Joins a team that the user is invited to. @returns its id */
  acceptInvitation(slug: string): Promise<string>;
  declineInvitation(slug: string): Promise<void>;
  /** Takes a member out of the team, or an invitation back. */
  removeMember(email: string): Promise<void>;
  /** @param value null removes the setting */
  setSetting(key: string, value: string | null): Promise<void>;
  /** Starts the team again from zero, for one agent or with null for all; for owners. @returns how many runs no longer count */
  resetTeam(agent: string | null): Promise<number>;
  /** Takes the newest reset of the team back: of that agent, or with null of any. @returns how many runs count again */
  undoTeamReset(agent: string | null): Promise<number>;
  show(view: "summary" | "runs" | "evals" | "members"): Promise<TeamShowView>;
  remoteTotals(): Promise<RemoteTotals>;
  /** Starts a log under a new device id, after a fork. @returns the new id */
  renewDevice(): Promise<string>;
  /** The migrations of this version, in order. Needs no configuration. @param into a folder to be made for them */
  migrations(into?: string): Promise<readonly Migration[]>;
  /** Which migrations the server has. */
  appliedMigrations(): Promise<AppliedMigrations>;
}
