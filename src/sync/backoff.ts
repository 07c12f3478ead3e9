import type { SyncProblem } from "../ports/sync.ts";
import { maxDelayMs, retryDelayMs } from "./batching.ts";
import type { SyncState } from "./state.ts";

type StoppedDevice = SyncState["stopped"][number];

/**
 * Whether a retry is due. A time further away than the longest delay is ignored: the clock was set back since it was stored.
 * @param retryAt ISO-8601 UTC; null: at once
 */
export function isDue(retryAt: string | null, now: Date): boolean {
  if (retryAt === null) return true;
  const waitMs = Date.parse(retryAt) - now.getTime();
  return !(waitMs > 0 && waitMs <= maxDelayMs);
}

/** Returns when to retry after a number of consecutive failures, ISO-8601 UTC. */
export const nextRetryAt = (failures: number, now: Date, random: number): string =>
  new Date(now.getTime() + retryDelayMs(failures, random)).toISOString();

/** The devices that must not be synced yet, with the problem that stopped them. */
export const devicesInBackoff = (stopped: readonly StoppedDevice[], now: Date): ReadonlyMap<string, SyncProblem> =>
  new Map(stopped.flatMap(({ device, retry_at, problem }) => (isDue(retry_at, now) ? [] : [[device, problem] as const])));

/**
 * Returns the devices that are stopped after a sync. A fork or a gap is checked again with backoff; once it is resolved, the
 * device is synced normally again.
 * @param skipped devices that this sync skipped
 * @param random in [0, 1)
 */
export function nextStoppedDevices(
  before: readonly StoppedDevice[],
  problems: readonly SyncProblem[],
  skipped: ReadonlyMap<string, SyncProblem>,
  now: Date,
  random: () => number,
): readonly StoppedDevice[] {
  const known = new Map(before.map((one) => [one.device, one]));
  return problems.flatMap((problem): readonly StoppedDevice[] => {
    const { device, kind } = problem;
    if (device === null || (kind !== "fork" && kind !== "chain")) return [];
    const previous = known.get(device);
    if (previous !== undefined && skipped.has(device)) return [previous];
    const failures = (previous?.failures ?? 0) + 1;
    return [{ device, failures, retry_at: nextRetryAt(failures, now, random()), problem }];
  });
}
