import type { SyncProblem } from "../ports/sync.ts";
import { idSentAgain } from "./rechain.ts";
import type { Remote, RemoteHead } from "./remote.ts";

/**
 * Whether the last fact that the server has of a device was sent again by the device's owner under another device id. The facts
 * that cannot be fetched from this log are then in that one.
 * @throws RemoteFailure
 */
export async function isSentAgain(remote: Remote, team: string, { device, seq, userId }: RemoteHead): Promise<boolean> {
  const [last] = await remote.links(team, device, seq);
  if (last === undefined) return false;
  const id = idSentAgain(last.id);
  const place = (await remote.placesOf(team, [id])).get(id);
  return place !== undefined && place.device !== device && place.userId === userId;
}

/**
 * Removes the problems of devices whose owner has sent the facts that cannot be fetched again under another id.
 * @param heads devices to check
 */
export async function unlessSentAgain(
  remote: Remote,
  team: string,
  heads: readonly RemoteHead[],
  problems: readonly SyncProblem[],
): Promise<SyncProblem[]> {
  const left: SyncProblem[] = [];
  for (const problem of problems) {
    const head = heads.find(({ device }) => device === problem.device);
    if (head === undefined || !(await isSentAgain(remote, team, head))) left.push(problem);
  }
  return left;
}
