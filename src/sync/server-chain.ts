import { counted } from "../kernel/counted.ts";
import type { SyncProblem } from "../ports/sync.ts";
import type { Remote, RemoteHead, RemoteLink, RemotePlace } from "./remote.ts";
import type { SyncState } from "./state.ts";

/** The end of a chain: the last fact that continues the one before it. */
export type ChainEnd = Readonly<{ seq: number; hash: string | null }>;

export const emptyChain: ChainEnd = { seq: 0, hash: null };

/** How far a chain was followed, and whether the next fact does not continue it. */
type ChainCheck = Readonly<{ end: ChainEnd; broken: boolean }>;

/**
 * Follows the chain of the server's log of a device.
 * @param from place up to which the chain is known to be unbroken
 * @param maxFacts number of facts after which to stop
 * @param onLink called with each fact that continues the chain
 * @throws RemoteFailure
 */
export async function followChain(
  remote: Pick<Remote, "links">,
  team: string,
  device: string,
  from: ChainEnd = emptyChain,
  maxFacts = Number.POSITIVE_INFINITY,
  onLink: (link: RemoteLink) => void = () => undefined,
): Promise<ChainCheck> {
  let end = from;
  while (end.seq - from.seq < maxFacts) {
    const links = await remote.links(team, device, end.seq + 1);
    if (links.length === 0) break;
    for (const link of links) {
      const { seq, prev, hash } = link;
      if (seq !== end.seq + 1 || prev !== end.hash) return { end, broken: true };
      onLink(link);
      end = { seq, hash };
    }
  }
  return { end, broken: false };
}

/** Returns a function that checks whether others can fetch the fact at a place in the server's logs. Reads each log once. */
export function createReachabilityCheck(remote: Pick<Remote, "links">, team: string): (place: RemotePlace) => Promise<boolean> {
  const logs = new Map<string, Promise<ChainCheck>>();
  return async ({ device, seq }) => {
    const log = logs.get(device) ?? followChain(remote, team, device);
    logs.set(device, log);
    return seq <= (await log).end.seq;
  };
}

/** Problem: in the server's copy of the own log, the chain is broken; facts after that place cannot be fetched by anyone. */
export const brokenChainProblem = (device: string, after: number, last: number): SyncProblem => ({
  kind: "chain",
  device,
  seq: after + 1,
  message: `The server's log of this device (${device}) is broken after fact ${after}: nobody can fetch the ${counted(last - after, "fact")} behind it`,
  hint: "Run `reward-ledger sync now --new-device`: it sends them again under a new device id, and the team counts each once. Nothing is lost.",
});

/**
 * Checks the chain of the facts that were added to the server's copy of the own log since the last check.
 * @param maxFacts number of facts after which to stop
 * @throws RemoteFailure
 */
export async function checkOwnChain(
  remote: Remote,
  team: string,
  { device, seq, hash }: Pick<RemoteHead, "device" | "seq" | "hash">,
  checked: SyncState["checked"],
  maxFacts?: number,
): Promise<ChainCheck> {
  const start = checked?.device === device && checked.seq <= seq ? checked : emptyChain;
  if (start.seq === seq && start.hash === hash) return { end: start, broken: false };
  const result = await followChain(remote, team, device, start, maxFacts);
  // The owner of the database may have replaced facts already checked, so the whole chain is checked again.
  return result.end.seq === start.seq && start.seq > 0 ? followChain(remote, team, device, emptyChain, maxFacts) : result;
}
