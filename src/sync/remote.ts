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
 * Why a request failed. `offline`: no answer; `server`: the server fails or is busy, later may be better; `large`: the server gave up
 * on it after too long, less at once may pass; `busy`: asked too often; `clock`: the token is not valid yet by the server's clock; `auth`: the token is not
 * accepted; `key`: the project's key is not; `denied`: this user may not; `data`: the server does not take what was sent; `missing`:
 * the server lacks what is asked.
 */
export type FailureKind = "offline" | "server" | "large" | "busy" | "clock" | "auth" | "key" | "denied" | "data" | "missing";

/** A failed request, as the transport tells it. The message holds no secret. */
export class RemoteFailure extends Error {
  override readonly name = "RemoteFailure";
  readonly kind: FailureKind;
  /** The database's or the API's own name of what is wrong (an SQLSTATE, mostly); null where it gave none. */
  readonly code: string | null;

  constructor(kind: FailureKind, message: string, code: string | null = null) {
    super(withoutTokens(message));
    this.kind = kind;
    this.code = code;
  }
}

/** Codes of PostgREST and SQLSTATEs that tell what is meant, whatever the status. */
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

/** Where the code does not tell, the status does: but only PostgREST's own answer says what a person may or what is there. */
function kindOfStatus(status: number, code: string, message: string): FailureKind {
  if (status === 0 || status === 407) return "offline";
  if (status === 429) return "busy";
  if (status === 401 && !message.startsWith("status ")) return /api key/i.test(message) ? "key" : "auth";
  if (code !== "" && status === 403) return "denied";
  if (code !== "" && (status === 404 || status === 406)) return "missing";
  return status === 400 || status === 409 || status === 413 || status === 422 ? "data" : "server";
}

/** What a failed request means. */
export function failureOf(what: string, status: number, message: string, code: string | null): RemoteFailure {
  const kind = kindOfCode(code ?? "", message) ?? kindOfStatus(status, code ?? "", message);
  return new RemoteFailure(kind, `Failed to ${what}: ${message}`, code);
}

/** Whether an error is one of the transport's. Asked by its name: the transport is a bundle of its own, with a class of its own. */
export const isRemoteFailure = (error: unknown): error is RemoteFailure =>
  error instanceof Error && error.name === "RemoteFailure" && "kind" in error;

/** `userId`: the owner who made it. */
export type RemoteReset = TeamReset & Readonly<{ userId: string | null }>;

/** A device of a team and the last fact that the server has of it; `seq` 0 and `hash` null before the first. */
export type RemoteHead = Readonly<{
  device: string;
  userId: string | null;
  name: string;
  seq: number;
  hash: string | null;
}>;

/** The place of a row in the server's log of a device, and what chains it. */
export type RemoteLink = Readonly<{ seq: number; id: string; prev: string | null; hash: string }>;

/** Where the server has a fact. */
export type RemotePlace = Readonly<{ device: string; seq: number; userId: string | null }>;

/** A team's facts and tables, asked for as one user. Every method throws RemoteFailure. */
export interface Remote {
  team(slug: string): Promise<Readonly<{ id: string; name: string }> | null>;
  registerDevice(team: string, device: string, name: string): Promise<void>;
  /** All devices of a team, by id. */
  heads(team: string): Promise<readonly RemoteHead[]>;
  /** Adds rows; those with a (team, device, seq) that is there already are passed over. All or none. */
  push(rows: readonly (FactRow & Readonly<{ team_id: string }>)[]): Promise<void>;
  /** Facts of a device, `from` and `to` inclusive, ascending; perhaps only the first of them. */
  rows(team: string, device: string, from: number, to: number): Promise<readonly ReadRow[]>;
  /** The chain of a device's log from `from` on, ascending; perhaps only the first of it. */
  links(team: string, device: string, from: number): Promise<readonly RemoteLink[]>;
  /** Where the team has facts with these ids (in lower case). */
  placesOf(team: string, ids: readonly string[]): Promise<ReadonlyMap<string, RemotePlace>>;
  /** Places in a device's log from `from` on that hold only why a fact was withheld, ascending; perhaps only the first of them. */
  withheld(team: string, device: string, from: number): Promise<readonly Readonly<{ seq: number; reason: string | null }>[]>;
  /** @param device null from a machine that has recorded nothing */
  beat(team: string, device: string | null, hostname: string, project: string | null): Promise<void>;
  /** Newest heartbeat of a device, or of machines that have recorded nothing, ISO-8601 UTC. */
  lastBeat(team: string, device: string | null): Promise<string | null>;
  /** Which migrations the server has; those of its first version do not tell. */
  appliedMigrations(): Promise<AppliedMigrations>;
  createTeam(slug: string, name: string): Promise<string>;
  members(team: string): Promise<readonly TeamMemberView[]>;
  /** @returns the id of a member whose role was set; null where the address was invited */
  addMember(team: string, email: string, role: string): Promise<string | null>;
  /** Invitations to the user who asks. */
  invitations(): Promise<readonly ReceivedInvitation[]>;
  /** Invitations of a team, as far as the user may see them. */
  sentInvitations(team: string): Promise<readonly SentInvitation[]>;
  acceptInvitation(slug: string): Promise<string>;
  declineInvitation(slug: string): Promise<void>;
  removeMember(team: string, email: string): Promise<void>;
  setSetting(team: string, key: string, value: string | null): Promise<void>;
  /** Resets of the whole team in force, oldest first; none where the server does not know of any. */
  resets(team: string): Promise<readonly RemoteReset[]>;
  resetTeam(team: string, agent: string | null): Promise<number>;
  undoTeamReset(team: string, agent: string | null): Promise<number>;
  standings(team: string): Promise<readonly RemoteStanding[]>;
  totals(team: string): Promise<readonly RemoteTotal[]>;
  /** The newest rows of a table that `sync show` prints. */
  newest(table: "review_runs" | "eval_runs", team: string, limit: number): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Sign-in at one address. Every method throws RemoteFailure; `auth` when what was given is not accepted. */
export interface RemoteAuth {
  password(email: string, password: string): Promise<SyncSession>;
  /** Has a mail sent with a link and a code to sign in; whoever has not signed up yet does so by it. */
  mail(email: string): Promise<void>;
  /** Redeems what such a mail holds: its code, or its link whole. */
  mailed(email: string, code: string): Promise<SyncSession>;
  /** Redeems the code that a browser came back with. */
  redeem(code: string, verifier: string): Promise<SyncSession>;
  refresh(session: SyncSession): Promise<SyncSession>;
  user(accessToken: string): Promise<Readonly<{ userId: string; email: string }>>;
  /** Ends the session on the server. */
  signOut(accessToken: string): Promise<void>;
}

export type RemoteOptions = Readonly<{
  url: string;
  anonKey: string;
  /** The token to send, asked for at each request. */
  token: () => string;
  /** After how long without a byte of an answer a request has failed, ms. */
  timeoutMs: number;
  /** Ends requests that are under way. */
  signal?: AbortSignal | undefined;
}>;

/** The transport: loaded when it is first needed. */
export type Transport = Readonly<{
  openRemote(options: RemoteOptions): Remote;
  openAuth(options: Omit<RemoteOptions, "token"> & Readonly<{ now: () => Date }>): RemoteAuth;
}>;
