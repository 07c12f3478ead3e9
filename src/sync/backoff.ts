import type { SyncProblem } from "../ports/sync.ts";
import { longestDelayMs, retryDelayMs } from "./batching.ts";
import type { SyncState } from "./state.ts";

type Stopped = SyncState["stopped"][number];

/**
 * Whether a retry is due. A time further away than the longest delay is ignored: the clock was set back since it was stored.
 * @param retryAt ISO-8601 UTC; null: at once
 */
export function isDue(retryAt: string | null, now: Date): boolean {
  if (retryAt === null) return true;
  const waitMs = Date.parse(retryAt) - now.getTime();
  return !(waitMs > 0 && waitMs <= longestDelayMs);
}

/** Returns when to retry after a number of consecutive failures, ISO-8601 UTC. */
export const retryAfter = (failures: number, now: Date, random: number): string =>
  new Date(now.getTime() + retryDelayMs(failures, random)).toISOString();

/** The devices that must not be synced yet, with the problem that stopped them. */
export const heldBack = (stopped: readonly Stopped[], now: Date): ReadonlyMap<string, SyncProblem> =>
  new Map(stopped.flatMap(({ device, retry_at, problem }) => (isDue(retry_at, now) ? [] : [[device, problem] as const])));

/**
 * Returns the devices that are stopped after a sync. A fork or a gap is checked again with backoff; once it is resolved, the
 * device is synced normally again.
 * @param held devices that this sync skipped
 * @param random in [0, 1)
 */
export function stoppedAfter(
  before: readonly Stopped[],
  problems: readonly SyncProblem[],
  held: ReadonlyMap<string, SyncProblem>,
  now: Date,
  random: () => number,
): readonly Stopped[] {
  const known = new Map(before.map((one) => [one.device, one]));
  return problems.flatMap((problem): readonly Stopped[] => {
    const { device, kind } = problem;
    if (device === null || (kind !== "fork" && kind !== "chain")) return [];
    const earlier = known.get(device);
    if (earlier !== undefined && held.has(device)) return [earlier];
    const failures = (earlier?.failures ?? 0) + 1;
    return [{ device, failures, retry_at: retryAfter(failures, now, random()), problem }];
  });
}
