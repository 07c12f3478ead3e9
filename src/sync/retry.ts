import type { SyncProblem } from "../ports/sync.ts";
import { resentId } from "./rechain.ts";
import type { Remote, RemoteHead } from "./remote.ts";

/**
 * Whether the last fact that the server has of a device was sent again by the device's owner under another device id. The facts
 * that cannot be fetched from this log are then in that one.
 * @throws RemoteFailure
 */
export async function isResent(remote: Remote, team: string, { device, seq, userId }: RemoteHead): Promise<boolean> {
  const [last] = await remote.links(team, device, seq);
  if (last === undefined) return false;
  const id = resentId(last.id);
  const place = (await remote.placesOf(team, [id])).get(id);
  return place !== undefined && place.device !== device && place.userId === userId;
}

/**
 * Removes the problems of devices whose owner has sent the facts that cannot be fetched again under another id.
 * @param heads devices to check
 */
export async function removeResolvedProblems(
  remote: Remote,
  team: string,
  heads: readonly RemoteHead[],
  problems: readonly SyncProblem[],
): Promise<SyncProblem[]> {
  const remaining: SyncProblem[] = [];
  for (const problem of problems) {
    const head = heads.find(({ device }) => device === problem.device);
    if (head === undefined || !(await isResent(remote, team, head))) remaining.push(problem);
  }
  return remaining;
}
