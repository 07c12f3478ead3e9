import type { Remote } from "./remote.ts";

/** Returns the seqs of a device's log for which the server has only a withheld fact, with the reason. @throws RemoteFailure */
export async function fetchWithheld(remote: Remote, team: string, device: string): Promise<ReadonlyMap<number, string | null>> {
  const places = new Map<number, string | null>();
  for (let from = 1; ; ) {
    const found = await remote.withheld(team, device, from);
    for (const { seq, reason } of found) places.set(seq, reason);
    const last = found.at(-1);
    if (last === undefined) return places;
    from = last.seq + 1;
  }
}
