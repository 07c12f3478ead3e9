import { cancelled, syncBusy } from "../kernel/errors.ts";
import type { OnProgress } from "../kernel/progress.ts";
import type { Ledger } from "../ports/ports.ts";
import type { SyncDirection, SyncProblem, SyncRunView, SyncSession } from "../ports/sync.ts";
import { devicesInBackoff, isDue, nextRetryAt, nextStoppedDevices } from "./backoff.ts";
import type { SyncConfig } from "./config.ts";
import type { Connection, EngineParts } from "./connection.ts";
import { countsForBackoff, deviceTakenHint, isDeviceTaken, problemOf } from "./failure.ts";
import { strandedFactProblems } from "./fork-recovery.ts";
import { forkProblem, pullFacts } from "./pull.ts";
import { findResumePoint, pushFacts, type Sent } from "./push.ts";
import type { Remote, RemoteHead } from "./remote.ts";
import { removeResolvedProblems } from "./retry.ts";
import { brokenChainProblem, type ChainEnd, checkOwnChain } from "./server-chain.ts";
import { loadRedactionSecret, type SyncState, targetId } from "./state.ts";
import { fetchResets } from "./team-resets.ts";

/** How long a sync waits for another process that syncs the same team, in ms. */
export const gateWaitMs = 120_000;

type RunOptions = Readonly<{ direction: SyncDirection; onProgress: OnProgress | undefined; signal: AbortSignal | undefined }>;

/** Progress of a running sync; reported even if the sync fails. */
type Tally = { pushed: number; pulled: number; state: SyncState; problems: SyncProblem[] };

/** Devices that a sync skips, with the problem that stopped them. */
type SkippedDevices = ReadonlyMap<string, SyncProblem>;

/** Syncs a team once. Concurrent syncs wait for each other; a background sync returns at once if another one is running. */
export async function syncTeam(
  parts: EngineParts,
  config: SyncConfig,
  connection: Connection,
  work: RunOptions,
  background: boolean,
): Promise<SyncRunView> {
  const { gate } = parts;
  const waitMs = background ? 0 : gateWaitMs;
  const result = await gate.pass(
    `${targetId(connection.target)}.sync`,
    waitMs,
    () => syncLocked(parts, config, connection, work, background),
    work.signal,
  );
  if (result !== null) return result.value;
  if (!background) throw syncBusy("another process");
  const state = await connection.file.load();
  return viewOf(parts.ledger, { pushed: 0, pulled: 0, state, problems: [] });
}

async function viewOf(ledger: Ledger, tally: Tally): Promise<SyncRunView> {
  return {
    configured: true,
    pushed: tally.pushed,
    pulled: tally.pulled,
    unsent: await countUnsent(ledger, tally.state),
    problems: [...tally.problems, ...tally.state.refused],
  };
}

/** Number of facts of this device that have not been sent. */
export async function countUnsent(ledger: Ledger, { sent }: SyncState): Promise<number> {
  const heads = await ledger.heads();
  const { id } = ledger.device;
  const own = heads.find(({ device }) => device === id)?.seq ?? 0;
  return Math.max(0, own - (sent?.cursor.device === id ? sent.cursor.seq : 0));
}

async function syncLocked(
  parts: EngineParts,
  config: SyncConfig,
  connection: Connection,
  work: RunOptions,
  background: boolean,
): Promise<SyncRunView> {
  const { clock, ledger } = parts;
  const tally: Tally = { pushed: 0, pulled: 0, state: await connection.file.load(), problems: [] };
  const { retry_at } = tally.state;
  if (background && !isDue(retry_at, clock.now())) {
    tally.problems.push(...tally.state.problems);
    return viewOf(ledger, tally);
  }
  const held: SkippedDevices = background ? devicesInBackoff(tally.state.stopped, clock.now()) : new Map();
  let failure: unknown;
  try {
    await connection.as((remote, session) => exchange(parts, config, connection, { remote, session, tally, held, ...work }), {
      signal: work.signal,
    });
  } catch (error) {
    if (work.signal?.aborted === true) throw cancelled("syncing");
    failure = error;
    tally.problems.push(problemOf(error));
  }
  await saveOutcome(parts, connection, tally, held, failure);
  return viewOf(ledger, tally);
}

/** Saves how a sync ended and when to retry. After a failed sync, stopped devices are kept, as it may not have reached them. */
async function saveOutcome(
  { clock, random }: EngineParts,
  { file }: Connection,
  tally: Tally,
  held: SkippedDevices,
  failure: unknown,
): Promise<void> {
  const now = clock.now();
  const failures = countsForBackoff(failure) ? tally.state.failures + 1 : 0;
  tally.state = {
    ...tally.state,
    problems: tally.problems,
    stopped:
      failure === undefined ? nextStoppedDevices(tally.state.stopped, tally.problems, held, now, random) : tally.state.stopped,
    failures,
    retry_at: failures === 0 ? null : nextRetryAt(failures, now, random()),
  };
  await file.save(tally.state);
}

type Exchange = RunOptions & Readonly<{ remote: Remote; session: SyncSession; tally: Tally; held: SkippedDevices }>;

async function exchange(parts: EngineParts, config: SyncConfig, connection: Connection, context: Exchange): Promise<void> {
  const { ledger, clock, hashOf, home } = parts;
  const { remote, session, tally, held, direction, signal, onProgress } = context;
  // A repeated attempt, with another session, starts over but keeps the progress made.
  tally.problems = [];
  const team = await connection.teamId(remote);
  const heads = await remote.heads(team);
  tally.state = {
    ...tally.state,
    team_id: team,
    // The owner of an environment token is unknown.
    user_id: session.userId || tally.state.user_id || null,
    devices: await devicesOf(remote, team, heads, tally.state),
    resets: await fetchResets(remote, team, tally.state.resets),
  };
  // Saves the devices' owners before their facts arrive, so that the user's own totals never include facts of others.
  await connection.file.save(tally.state);
  if (direction !== "push") {
    const onTaken = (facts: number): void => {
      tally.pulled += facts;
    };
    const memberOf = (device: string) => tally.state.devices.find((one) => one.device === device)?.email ?? null;
    const pullParts = { ledger, remote, team, hashOf, signal, onProgress, held, onTaken, memberOf };
    tally.problems.push(...(await pullFacts(pullParts, heads)));
    tally.state = { ...tally.state, last_pull: clock.now().toISOString() };
  }
  if (direction !== "pull") {
    await pushOwn(parts, config, connection, context, team, heads);
    tally.problems.push(...(await strandedFactProblems(ledger, home, targetId(connection.target), heads)));
  }
  const others = heads.filter(({ device }) => device !== ledger.device.id && !held.has(device));
  tally.problems = await removeResolvedProblems(remote, team, others, tally.problems);
}

async function pushOwn(
  parts: EngineParts,
  config: SyncConfig,
  { file }: Connection,
  { remote, session, tally, held, signal, onProgress }: Exchange,
  team: string,
  heads: readonly RemoteHead[],
): Promise<void> {
  const { ledger, clock, hashOf, home } = parts;
  const own = (await ledger.heads()).find(({ device }) => device === ledger.device.id)?.seq ?? 0;
  // Before its first fact, a home has no stored device.
  if (own === 0) return;
  const { id, name } = ledger.device;
  if (tally.problems.some((problem) => problem.kind === "fork" && problem.device === id)) return;
  const stopped = held.get(id);
  if (stopped !== undefined) {
    tally.problems.push(stopped);
    return;
  }
  const remoteHead = heads.find(({ device }) => device === id);
  if (remoteHead !== undefined && session.userId !== "" && remoteHead.userId !== session.userId) {
    tally.problems.push(deviceTakenProblem(id));
    return;
  }
  if ((await verifyChain(remoteHead?.seq ?? 0, remoteHead?.hash ?? null)) === null) return;
  const { choices } = config;
  const pushParts = { ledger, remote, team, choices, secret: await loadRedactionSecret(home), hashOf, signal };
  const lastSent = tally.state.sent?.cursor.device === id ? tally.state.sent : null;
  const from = await findResumePoint(pushParts, id, remoteHead, lastSent);
  if (from === null) {
    tally.problems.push(forkProblem(id, remoteHead?.seq ?? 0));
    return;
  }
  await updateState({ sent: from });
  if (!(await register())) return;
  if (!tally.state.devices.some(({ device }) => device === id)) {
    const { userId, email } = session;
    const me = { device: id, name, user_id: userId || tally.state.user_id, email: email || null, head: from.cursor.seq };
    await updateState({ devices: [...tally.state.devices, me] });
  }
  const total = own - from.cursor.seq;
  const sent = await pushFacts(pushParts, from, async (upTo, facts, refused) => {
    tally.pushed += facts;
    await updateState({
      sent: upTo,
      refused: [...tally.state.refused, ...refused],
      devices: tally.state.devices.map((one) => (one.device === id ? { ...one, head: upTo.cursor.seq } : one)),
      last_push: clock.now().toISOString(),
    });
    onProgress?.({ done: tally.pushed, total, message: "Sending" });
  });
  if (sent.cursor.seq > from.cursor.seq) await checkSent(sent);
  await updateState({ last_push: clock.now().toISOString() });

  async function updateState(change: Partial<SyncState>): Promise<void> {
    tally.state = { ...tally.state, ...change };
    await file.save(tally.state);
  }
  /** Registers the device for this user in the team; false if another member registered it first. */
  async function register(): Promise<boolean> {
    try {
      await remote.registerDevice(team, id, name);
      return true;
    } catch (error) {
      if (!isDeviceTaken(error)) throw error;
      tally.problems.push(deviceTakenProblem(id));
      return false;
    }
  }
  /** Returns where the server's log of this device ends; null if its chain is broken before `seq`. */
  async function verifyChain(seq: number, hash: string | null): Promise<ChainEnd | null> {
    const { end } = await checkOwnChain(remote, team, { device: id, seq, hash }, tally.state.checked);
    const lastChecked = tally.state.checked;
    if (lastChecked?.device !== id || lastChecked.seq !== end.seq || lastChecked.hash !== end.hash)
      await updateState({ checked: { device: id, ...end } });
    if (end.seq >= seq) return end;
    tally.problems.push(brokenChainProblem(id, end.seq, seq));
    return null;
  }
  /** Detects forks after sending: the server skips rows that it already has, so the hash of its last row has to match. */
  async function checkSent({ cursor, hash }: Sent): Promise<void> {
    const end = await verifyChain(cursor.seq, hash);
    if (end === null) return;
    const [last] = end.seq === cursor.seq ? [end] : await remote.links(team, id, cursor.seq);
    if (last?.hash !== hash) tally.problems.push(forkProblem(id, cursor.seq));
  }
}

/** Problem: the device id is registered by another member of the team. */
const deviceTakenProblem = (device: string): SyncProblem => ({
  kind: "fork",
  device,
  seq: null,
  message: `This device's id (${device}) is registered in the team by another member, so nothing can be sent under it`,
  hint: deviceTakenHint,
});

/** Returns the team's devices with their users' email addresses; fetches members only if a user is unknown. */
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
