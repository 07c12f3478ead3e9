import type { Ledger } from "../ports/ports.ts";
import type { RemoteTotals } from "../ports/sync.ts";
import { isIdOf, ownFacts, startOf } from "./push.ts";
import type { Remote, RemoteHead, RemoteLink } from "./remote.ts";
import { isResent } from "./retry.ts";
import { brokenChainProblem, followChain } from "./server-chain.ts";
import { fetchWithheld } from "./withheld.ts";

/** Reads the server's data of a team for comparison with the local ledger. @throws RemoteFailure */
export async function readRemoteTotals(ledger: Ledger, remote: Remote, team: string): Promise<RemoteTotals> {
  const heads = await remote.heads(team);
  const localSeqs = new Map((await ledger.heads()).map(({ device, seq }) => [device, seq]));
  const withheld = new Map<string, ReadonlySet<number>>();
  const differences: string[] = [];
  for (const device of [ledger.device.id, ...ledger.earlier()]) {
    const places = await fetchWithheld(remote, team, device);
    withheld.set(device, new Set(places.keys()));
    for (const [seq, reason] of places) {
      if (reason === "refused")
        differences.push(`The server did not take fact ${seq} of device ${device}: the team counts without it`);
    }
    const head = heads.find((one) => one.device === device);
    if (head !== undefined && head.seq > 0) differences.push(...(await ownDifferences(ledger, remote, team, head)));
  }
  const comparableSeqs = new Map<string, number>();
  for (const head of heads) {
    const localSeq = localSeqs.get(head.device) ?? 0;
    const cannotBeFetched = head.seq > localSeq && (await isResent(remote, team, head));
    comparableSeqs.set(head.device, cannotBeFetched ? localSeq : head.seq);
  }
  return {
    heads: comparableSeqs,
    owners: new Map(heads.map(({ device, userId }) => [device, userId ?? device])),
    resets: await remote.resets(team),
    withheld,
    differences,
    standings: await remote.standings(team),
    tables: await remote.totals(team),
  };
}

/** Returns how the server's log of an own device differs from the local one. */
async function ownDifferences(ledger: Ledger, remote: Remote, team: string, head: RemoteHead): Promise<readonly string[]> {
  const { device, seq: last } = head;
  const links = new Map<number, RemoteLink>();
  const { end } = await followChain(remote, team, device, undefined, undefined, (link) => void links.set(link.seq, link));
  if (end.seq < last && !(await isResent(remote, team, head))) return [brokenChainProblem(device, end.seq, last).message];
  for await (const { fact, lost } of ownFacts(ledger, startOf(device), undefined)) {
    const link = links.get(fact.seq);
    if (link !== undefined && !lost && link.hash !== fact.hash && !isIdOf(link.id, fact)) {
      return [`Fact ${fact.seq} of device ${device} is another one on the server`];
    }
  }
  return [];
}
