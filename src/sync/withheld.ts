import type { Remote } from "./remote.ts";

/** Of some devices' logs, the places of which the server knows only that a fact was withheld. @throws RemoteFailure */
export async function withheldOf(
  remote: Remote,
  team: string,
  devices: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const withheld = new Map<string, ReadonlySet<number>>();
  for (const device of devices) {
    const places = new Set<number>();
    for (let from = 1; ; ) {
      const found = await remote.withheld(team, device, from);
      for (const seq of found) places.add(seq);
      const last = found.at(-1);
      if (last === undefined) break;
      from = last + 1;
    }
    withheld.set(device, places);
  }
  return withheld;
}
