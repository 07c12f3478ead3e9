import { syncNotConfigured, syncSignedOut } from "../kernel/errors.ts";
import type { Ledger } from "../ports/ports.ts";
import type { SyncDeviceView, SyncProblem, SyncProposalView, SyncStatusView } from "../ports/sync.ts";
import type { SyncConfig } from "./config.ts";
import { countUnsent } from "./engine.ts";
import { problemOf } from "./failure.ts";
import { proposalOf } from "./proposal.ts";
import { isRemoteFailure, type Remote, type RemoteHead } from "./remote.ts";
import { brokenChainProblem, checkOwnChain } from "./server-chain.ts";
import { type SyncState, stateFile } from "./state.ts";
import type { ConfiguredSync, SyncContext } from "./sync-context.ts";
import { resetViews } from "./team-resets.ts";

const statusTimeoutMs = 3_000;
/** Maximum number of facts of the own log that a status request checks. */
const maxCheckedFacts = 2_000;

async function devicesOf(ledger: Ledger, state: SyncState): Promise<readonly SyncDeviceView[]> {
  const heads = new Map((await ledger.heads()).map(({ device, seq }) => [device, seq]));
  return state.devices.map(({ device, name, email, head }) => ({
    device,
    name,
    user: email,
    have: heads.get(device) ?? 0,
    head,
  }));
}

/**
 * Returns the status of sync.
 * @param ask whether to ask the server or to report the state of the last sync
 */
export async function syncStatus({ options, configuration, configured }: SyncContext, ask: boolean): Promise<SyncStatusView> {
  const { home, ledger, logger, vault } = options;
  const config = await configuration();
  const { target, choices } = config;
  const device = ledger.isDeviceKept ? ledger.device.id : null;
  const proposal = await proposalOf(options, config);
  if (target === null) return unconfiguredStatus(device, config, proposal);
  const session = config.given === null ? await vault.read(target.url) : null;
  const signedIn = session !== null || config.given !== null;
  let state = await stateFile(home, target, logger).load();
  let online: boolean | null = null;
  let problems = state.problems;
  if (ask && signedIn && choices.enabled) {
    const remoteStatus = await queryServer(configured, state, device);
    online = remoteStatus.online;
    if (remoteStatus.state !== null) state = remoteStatus.state;
    if (remoteStatus.problem !== null && !problems.some(({ kind }) => kind === remoteStatus.problem?.kind))
      problems = [...problems, remoteStatus.problem];
  }
  if (!signedIn) problems = [problemOf(syncSignedOut("nobody is signed in"))];
  return {
    configured: true,
    signed_in: signedIn,
    enabled: choices.enabled,
    online,
    url: target.url,
    team: target.team,
    user: session?.email ?? (config.given === null ? null : "the environment's token"),
    device,
    unsent: await countUnsent(ledger, state),
    devices: await devicesOf(ledger, state),
    last_push: state.last_push,
    last_pull: state.last_pull,
    retry_at: state.retry_at,
    problems: [...problems, ...state.refused],
    resets: await resetViews(ledger, state.resets),
    proposal,
  };
}

/** Asks the server for the team's heads, with a timeout short enough for an interactive status. */
async function queryServer(configured: () => Promise<ConfiguredSync>, state: SyncState, ownDevice: string | null) {
  try {
    const { connection } = await configured();
    const { heads, problem } = await connection.as(
      async (remote) => {
        const team = await connection.teamId(remote);
        const all = await remote.heads(team);
        return {
          heads: all,
          problem: await findChainProblem(
            remote,
            team,
            all.find(({ device }) => device === ownDevice),
            state,
          ),
        };
      },
      { timeoutMs: statusTimeoutMs, signal: AbortSignal.timeout(statusTimeoutMs) },
    );
    const knownDevices = new Map(state.devices.map((one) => [one.device, one]));
    const devices = heads.map(({ device, name, userId, seq }) => ({
      device,
      name,
      user_id: userId,
      email: knownDevices.get(device)?.email ?? null,
      head: seq,
    }));
    return { online: true, state: { ...state, devices }, problem };
  } catch (error) {
    const offline = isRemoteFailure(error) && error.kind === "offline";
    return { online: !offline, state: null, problem: problemOf(error) };
  }
}

/** Returns the problem of the own log on the server, if any. A long, unchecked log is fully checked by the next sync only. */
async function findChainProblem(
  remote: Remote,
  team: string,
  head: RemoteHead | undefined,
  { checked }: SyncState,
): Promise<SyncProblem | null> {
  if (head === undefined) return null;
  const { end, broken } = await checkOwnChain(remote, team, head, checked, maxCheckedFacts);
  return broken ? brokenChainProblem(head.device, end.seq, head.seq) : null;
}

function unconfiguredStatus(
  device: string | null,
  { choices, complaint }: SyncConfig,
  proposal: SyncProposalView | null,
): SyncStatusView {
  return {
    configured: false,
    signed_in: false,
    enabled: choices.enabled,
    online: null,
    url: null,
    team: null,
    user: null,
    device,
    unsent: 0,
    devices: [],
    last_push: null,
    last_pull: null,
    retry_at: null,
    problems: complaint === null ? [] : [problemOf(syncNotConfigured(complaint))],
    resets: [],
    proposal,
  };
}
