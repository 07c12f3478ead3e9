import { cancelled, syncBusy } from "../domain/errors.ts";
import type { Clock, Ledger, Logger } from "../domain/ports.ts";
import type { OnProgress } from "../domain/progress.ts";
import type { Gate, SessionVault, SyncDirection, SyncProblem, SyncRunView, SyncSession, SyncTarget } from "../domain/sync.ts";
import type { SyncConfig } from "./config.ts";
import { isPassing, problemOf } from "./failure.ts";
import type { HashOf } from "./outgoing.ts";
import { retryDelayMs } from "./plan.ts";
import { forkProblem, pullFacts } from "./pull.ts";
import { pushFacts, resumeAt, type Sent } from "./push.ts";
import { isRemoteFailure, type Remote, RemoteFailure, type RemoteHead, type Transport } from "./remote.ts";
import { type Sessions, sessionsOf } from "./session.ts";
import { redactionSecret, type StateFile, type SyncState, stateFile, targetId } from "./state.ts";

export type EngineParts = Readonly<{
  home: string;
  ledger: Ledger;
  clock: Clock;
  logger: Logger;
  gate: Gate;
  vault: SessionVault;
  hashOf: HashOf;
  transport: Transport;
  /** In [0, 1). */
  random: () => number;
  timeoutMs: number;
}>;

/** A configured team at the server: what is asked there is asked as the user who is signed in. */
export type Connection = Readonly<{
  target: SyncTarget;
  file: StateFile;
  sessions: Sessions;
  /** Runs requests with a session that is good; when the server does not accept it, once more with another. */
  as<T>(work: (remote: Remote, session: SyncSession) => Promise<T>, timeoutMs?: number): Promise<T>;
  /** The team of the configured slug. @throws RemoteFailure */
  teamId(remote: Remote): Promise<string>;
}>;

/** How long a sync waits for another process that is syncing the same team. */
const gateWaitMs = 120_000;

export function connect(parts: EngineParts, config: SyncConfig, target: SyncTarget): Connection {
  const { transport, vault, gate, clock, timeoutMs } = parts;
  const { url, anonKey } = target;
  const auth = transport.openAuth({ url, anonKey, timeoutMs, now: () => clock.now() });
  const sessions = sessionsOf({ url, given: config.given, vault, gate, clock, auth });
  return {
    target,
    file: stateFile(parts.home, target, parts.logger),
    sessions,
    async as(work, within = timeoutMs) {
      let session = await sessions.current();
      const remote = transport.openRemote({ url, anonKey, timeoutMs: within, token: () => session.accessToken });
      try {
        return await work(remote, session);
      } catch (error) {
        if (!isRemoteFailure(error) || error.kind !== "auth") throw error;
        session = await sessions.instead(session);
        return work(remote, session);
      }
    },
    async teamId(remote) {
      const team = await remote.team(target.team);
      if (team === null) {
        throw new RemoteFailure("denied", `Failed to find the team ${target.team}: there is none, or you are not a member of it`);
      }
      return team.id;
    },
  };
}

type Work = Readonly<{ direction: SyncDirection; onProgress: OnProgress | undefined; signal: AbortSignal | undefined }>;

/** Counts of a sync under way; they stand however it ends. */
type Tally = { pushed: number; pulled: number; state: SyncState; problems: SyncProblem[] };

/** One sync of a team. Several at once wait for each other; in the background the later ones leave it to the first. */
export async function syncTeam(
  parts: EngineParts,
  config: SyncConfig,
  connection: Connection,
  work: Work,
  background: boolean,
): Promise<SyncRunView> {
  const { gate } = parts;
  const waitMs = background ? 0 : gateWaitMs;
  const passed = await gate.pass(
    `${targetId(connection.target)}.sync`,
    waitMs,
    () => syncInside(parts, config, connection, work, background),
    work.signal,
  );
  if (passed !== null) return passed.value;
  if (!background) throw syncBusy("another process");
  const state = await connection.file.load();
  return viewOf(parts.ledger, { pushed: 0, pulled: 0, state, problems: [] });
}

async function viewOf(ledger: Ledger, tally: Tally): Promise<SyncRunView> {
  return {
    configured: true,
    pushed: tally.pushed,
    pulled: tally.pulled,
    unsent: await unsentOf(ledger, tally.state),
    problems: [...tally.problems, ...tally.state.refused],
  };
}

/** Facts of this device that have not been sent. */
export async function unsentOf(ledger: Ledger, { sent }: SyncState): Promise<number> {
  const heads = await ledger.heads();
  const { id } = ledger.device;
  const own = heads.find(({ device }) => device === id)?.seq ?? 0;
  return Math.max(0, own - (sent?.cursor.device === id ? sent.cursor.seq : 0));
}

async function syncInside(
  parts: EngineParts,
  config: SyncConfig,
  connection: Connection,
  work: Work,
  background: boolean,
): Promise<SyncRunView> {
  const { clock, ledger } = parts;
  const tally: Tally = { pushed: 0, pulled: 0, state: await connection.file.load(), problems: [] };
  const { retry_at } = tally.state;
  if (background && retry_at !== null && clock.now().toISOString() < retry_at) {
    tally.problems.push(...tally.state.problems);
    return viewOf(ledger, tally);
  }
  let failure: unknown;
  try {
    await connection.as((remote, session) => exchange(parts, config, connection, { remote, session, tally, ...work }));
  } catch (error) {
    if (work.signal?.aborted === true) throw cancelled("syncing");
    failure = error;
    tally.problems.push(problemOf(error));
  }
  await settle(parts, connection, tally, failure);
  return viewOf(ledger, tally);
}

/** Notes how a sync ended, and when to try again. */
async function settle({ clock, random }: EngineParts, { file }: Connection, tally: Tally, failure: unknown): Promise<void> {
  const failures = isPassing(failure) ? tally.state.failures + 1 : 0;
  const retryAt = failures === 0 ? null : new Date(clock.now().getTime() + retryDelayMs(failures, random())).toISOString();
  tally.state = { ...tally.state, problems: tally.problems, failures, retry_at: retryAt };
  await file.save(tally.state);
}

type Exchange = Work & Readonly<{ remote: Remote; session: SyncSession; tally: Tally }>;

async function exchange(parts: EngineParts, config: SyncConfig, connection: Connection, given: Exchange): Promise<void> {
  const { ledger, clock, hashOf } = parts;
  const { remote, session, tally, direction, signal, onProgress } = given;
  // A repeated attempt, with another session, begins anew but keeps what was done.
  tally.problems = [];
  const team = await connection.teamId(remote);
  const heads = await remote.heads(team);
  tally.state = {
    ...tally.state,
    team_id: team,
    user_id: session.userId,
    devices: await devicesOf(remote, team, heads, tally.state),
  };
  // Whose facts they are is known before they come: answers about oneself must not count them in between.
  await connection.file.save(tally.state);
  if (direction !== "push") {
    const onTaken = (facts: number): void => {
      tally.pulled += facts;
    };
    tally.problems.push(...(await pullFacts({ ledger, remote, team, hashOf, signal, onProgress, onTaken }, heads)));
    tally.state = { ...tally.state, last_pull: clock.now().toISOString() };
  }
  if (direction !== "pull") await pushOwn(parts, config, connection, given, team, heads);
}

async function pushOwn(
  parts: EngineParts,
  config: SyncConfig,
  { file }: Connection,
  { remote, tally, signal, onProgress }: Exchange,
  team: string,
  heads: readonly RemoteHead[],
): Promise<void> {
  const { ledger, clock, hashOf, home } = parts;
  const own = (await ledger.heads()).find(({ device }) => device === ledger.device.id)?.seq ?? 0;
  // Before its first fact a home has no device that lasts.
  if (own === 0) return;
  const { id, name } = ledger.device;
  if (tally.problems.some((problem) => problem.kind === "fork" && problem.device === id)) return;
  const { choices } = config;
  const pushing = { ledger, remote, team, choices, secret: await redactionSecret(home), hashOf, signal };
  const known = tally.state.sent?.cursor.device === id ? tally.state.sent : null;
  const from = await resumeAt(
    pushing,
    heads.find(({ device }) => device === id),
    known,
  );
  if (from === null) {
    tally.problems.push(forkProblem(id, heads.find(({ device }) => device === id)?.seq ?? 0));
    return;
  }
  await keep({ sent: from });
  await remote.registerDevice(team, id, name);
  const total = own - from.cursor.seq;
  const sent = await pushFacts(pushing, from, async (upTo, facts, refused) => {
    tally.pushed += facts;
    await keep({ sent: upTo, refused: [...tally.state.refused, ...refused] });
    onProgress?.({ done: tally.pushed, total, message: "Sending" });
  });
  if (sent.cursor.seq > from.cursor.seq) await checkHead(sent);
  await keep({ last_push: clock.now().toISOString() });

  async function keep(change: Partial<SyncState>): Promise<void> {
    tally.state = { ...tally.state, ...change };
    await file.save(tally.state);
  }
  /** Rows that were there already are passed over by the server: whether they were these, the hash of the last one tells. */
  async function checkHead(last: Sent): Promise<void> {
    const after = await remote.heads(team);
    const head = after.find(({ device }) => device === id);
    tally.state = {
      ...tally.state,
      devices: tally.state.devices.map((one) => (one.device === id ? { ...one, head: last.cursor.seq } : one)),
    };
    if (head?.seq === last.cursor.seq && head.hash === last.hash) return;
    const [row] = await remote.rows(team, id, last.cursor.seq, last.cursor.seq);
    if (row?.hash !== last.hash) tally.problems.push(forkProblem(id, last.cursor.seq));
  }
}

/** The team's devices with their users' addresses; asked for again only when somebody new is among them. */
async function devicesOf(
  remote: Remote,
  team: string,
  heads: readonly RemoteHead[],
  { devices }: SyncState,
): Promise<SyncState["devices"]> {
  const emails = new Map(
    devices.flatMap(({ user_id, email }) => (user_id === null || email === null ? [] : [[user_id, email] as const])),
  );
  if (heads.some(({ userId }) => userId !== null && !emails.has(userId))) {
    for (const { user, email } of await remote.members(team)) if (email !== null) emails.set(user, email);
  }
  return heads.map(({ device, name, userId, seq }) => ({
    device,
    name,
    user_id: userId,
    email: userId === null ? null : (emails.get(userId) ?? null),
    head: seq,
  }));
}
