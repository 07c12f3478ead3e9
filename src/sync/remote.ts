import type { TeamReset } from "../features/reviews/model/resets-in-force.ts";
import { withoutTokens } from "../kernel/secrets.ts";
import type {
  AppliedMigrations,
  ReceivedInvitation,
  RemoteStanding,
  RemoteTotal,
  SentInvitation,
  SyncSession,
  TeamMemberView,
} from "../ports/sync.ts";
import type { FactRow, ReadRow } from "./rows.ts";

/**
 * Why a request failed. `offline`: no answer; `server`: the server fails or is busy, a later retry may succeed; `large`: the
 * server timed out on it, a smaller request may succeed; `busy`: too many requests; `clock`: the token is not valid yet by the
 * server's clock; `auth`: the token is not accepted; `key`: the project's key is not accepted; `denied`: this user has no
 * permission; `data`: the server rejects the data; `missing`: the server lacks the requested object.
 */
export type FailureKind = "offline" | "server" | "large" | "busy" | "clock" | "auth" | "key" | "denied" | "data" | "missing";

/** A failed request, as reported by the transport. The message contains no secrets. */
export class RemoteFailure extends Error {
  override readonly name = "RemoteFailure";
  readonly kind: FailureKind;
  /** Error code of the database or the API (usually an SQLSTATE); null if there was none. */
  readonly code: string | null;

  constructor(kind: FailureKind, message: string, code: string | null = null) {
    super(withoutTokens(message));
    this.kind = kind;
    this.code = code;
  }
}

/** Maps PostgREST codes and SQLSTATEs that determine the kind regardless of the HTTP status. */
function kindOfCode(code: string, message: string): FailureKind | null {
  if (code === "57014") return "large";
  if (code === "PGRST303" && /future|not yet/i.test(message)) return "clock";
  if (/^PGRST30[123]$/.test(code)) return "auth";
  if (/^(22|23|PT4)/.test(code)) return "data";
  if (code === "42501") return "denied";
  if (/^PGRST(106|20[25])$/.test(code) || code === "42P01" || code === "3F000") return "missing";
  if (/^PGRST00/.test(code)) return "server";
  return null;
}

/** Maps the HTTP status if the code is inconclusive. Only PostgREST's own answers (with a code) mean `denied` or `missing`. */
function kindOfStatus(status: number, code: string, message: string): FailureKind {
  if (status === 0 || status === 407) return "offline";
  if (status === 429) return "busy";
  if (status === 401 && !message.startsWith("status ")) return /api key/i.test(message) ? "key" : "auth";
  if (code !== "" && status === 403) return "denied";
  if (code !== "" && (status === 404 || status === 406)) return "missing";
  return status === 400 || status === 409 || status === 413 || status === 422 ? "data" : "server";
}

/** Creates the failure for a failed request. */
export function failureOf(what: string, status: number, message: string, code: string | null): RemoteFailure {
  const kind = kindOfCode(code ?? "", message) ?? kindOfStatus(status, code ?? "", message);
  return new RemoteFailure(kind, `Failed to ${what}: ${message}`, code);
}

/** Whether an error comes from the transport. Checked by name, because the transport is a separate bundle with its own class. */
export const isRemoteFailure = (error: unknown): error is RemoteFailure =>
  error instanceof Error && error.name === "RemoteFailure" && "kind" in error;

/** `userId`: the team owner who made the reset. */
export type RemoteReset = TeamReset & Readonly<{ userId: string | null }>;

/** A device of a team and the last fact that the server has of it; `seq` 0 and `hash` null if there is none. */
export type RemoteHead = Readonly<{
  device: string;
  userId: string | null;
  name: string;
  seq: number;
  hash: string | null;
}>;

/** The place of a row in the server's log of a device, and its chain hashes. */
export type RemoteLink = Readonly<{ seq: number; id: string; prev: string | null; hash: string }>;

/** Where the server has a fact. */
export type RemotePlace = Readonly<{ device: string; seq: number; userId: string | null }>;

/** A team's facts and tables on the server, accessed as one user. Every method throws RemoteFailure. */
export interface Remote {
  team(slug: string): Promise<Readonly<{ id: string; name: string }> | null>;
  registerDevice(team: string, device: string, name: string): Promise<void>;
  /** All devices of a team, sorted by id. */
  heads(team: string): Promise<readonly RemoteHead[]>;
  /** Inserts rows atomically; skips rows whose (team, device, seq) already exists. */
  push(rows: readonly (FactRow & Readonly<{ team_id: string }>)[]): Promise<void>;
  /** Fetches facts of a device, `from` and `to` inclusive, ascending; may return only the first of them. */
  rows(team: string, device: string, from: number, to: number): Promise<readonly ReadRow[]>;
  /** Fetches the chain of a device's log from `from` on, ascending; may return only the first part. */
  links(team: string, device: string, from: number): Promise<readonly RemoteLink[]>;
  /** Returns where the team has facts with these ids (in lower case). */
  placesOf(team: string, ids: readonly string[]): Promise<ReadonlyMap<string, RemotePlace>>;
  /** Fetches the withheld facts of a device's log from `from` on, with reasons, ascending; may return only the first of them. */
  withheld(team: string, device: string, from: number): Promise<readonly Readonly<{ seq: number; reason: string | null }>[]>;
  /** Sends a heartbeat. @param device null if the machine has recorded nothing */
  beat(team: string, device: string | null, hostname: string, project: string | null): Promise<void>;
  /** Latest heartbeat of a device, or (null) of machines that have recorded nothing, ISO-8601 UTC. */
  lastBeat(team: string, device: string | null): Promise<string | null>;
  /** Returns which migrations the server has. A server of the first version does not report them; its last one is assumed. */
  appliedMigrations(): Promise<AppliedMigrations>;
  createTeam(slug: string, name: string): Promise<string>;
  members(team: string): Promise<readonly TeamMemberView[]>;
  /** @returns the id of the member whose role was set; null if the address was invited */
  addMember(team: string, email: string, role: string): Promise<string | null>;
  /** Invitations to the current user. */
  invitations(): Promise<readonly ReceivedInvitation[]>;
  /** Invitations of a team that the user may see. */
  sentInvitations(team: string): Promise<readonly SentInvitation[]>;
  acceptInvitation(slug: string): Promise<string>;
  declineInvitation(slug: string): Promise<void>;
  removeMember(team: string, email: string): Promise<void>;
  setSetting(team: string, key: string, value: string | null): Promise<void>;
  /** Team resets in force, oldest first; empty if the server does not support resets. */
  resets(team: string): Promise<readonly RemoteReset[]>;
  resetTeam(team: string, agent: string | null): Promise<number>;
  undoTeamReset(team: string, agent: string | null): Promise<number>;
  standings(team: string): Promise<readonly RemoteStanding[]>;
  totals(team: string): Promise<readonly RemoteTotal[]>;
  /** The latest rows of a table that `sync show` prints. */
  newest(table: "review_runs" | "eval_runs", team: string, limit: number): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Sign-in at one address. Every method throws RemoteFailure; kind `auth` if the credentials are not accepted. */
export interface RemoteAuth {
  password(email: string, password: string): Promise<SyncSession>;
  /** Requests a mail with a link and a code to sign in; also creates an account for a new address. */
  mail(email: string): Promise<void>;
  /** Redeems the content of such a mail: its code or its complete link. */
  mailed(email: string, code: string): Promise<SyncSession>;
  /** Redeems the code that a browser returned with. */
  redeem(code: string, verifier: string): Promise<SyncSession>;
  refresh(session: SyncSession): Promise<SyncSession>;
  user(accessToken: string): Promise<Readonly<{ userId: string; email: string }>>;
  /** Ends the session on the server. */
  signOut(accessToken: string): Promise<void>;
}

export type RemoteOptions = Readonly<{
  url: string;
  anonKey: string;
  /** Returns the token to send; called for each request. */
  token: () => string;
  /** Time without received data, in ms, after which a request fails. */
  timeoutMs: number;
  /** Cancels running requests. */
  signal?: AbortSignal | undefined;
}>;

/** The transport; loaded on first use. */
export type Transport = Readonly<{
  openRemote(options: RemoteOptions): Remote;
  openAuth(options: Omit<RemoteOptions, "token"> & Readonly<{ now: () => Date }>): RemoteAuth;
}>;
