import { expect, it } from "vitest";
import type { SyncProblem } from "../../src/ports/sync.ts";
import { devicesInBackoff, isDue, nextStoppedDevices } from "../../src/sync/backoff.ts";
import { maxDelayMs } from "../../src/sync/batching.ts";

const now = new Date("2026-04-01T12:00:00.000Z");
const later = (ms: number): string => new Date(now.getTime() + ms).toISOString();
const chain = (device: string): SyncProblem => ({ kind: "chain", device, seq: 4, message: "a gap", hint: "wait" });

it("waits until the recorded retry time, but ignores a time that a wrong clock recorded", () => {
  expect(isDue(null, now)).toBe(true);
  expect(isDue(later(0), now)).toBe(true);
  expect(isDue(later(1), now)).toBe(false);
  expect(isDue(later(maxDelayMs), now)).toBe(false);
  expect(isDue(later(maxDelayMs + 1), now)).toBe(true);
  expect(isDue("no time", now)).toBe(true);
});

it("checks a stopped device less and less often, and forgets it once it has recovered", () => {
  const random = (): number => 0;
  const nobody = new Map<string, SyncProblem>();
  const first = nextStoppedDevices([], [chain("a"), chain("b")], nobody, now, random);
  expect(first.map(({ device, failures, retry_at }) => [device, failures, retry_at])).toEqual([
    ["a", 1, later(5_000)],
    ["b", 1, later(5_000)],
  ]);
  const inBackoff = devicesInBackoff(first, now);
  expect([...inBackoff.keys()]).toEqual(["a", "b"]);
  // A sync that skips these logs does not change their state.
  expect(nextStoppedDevices(first, [...inBackoff.values()], inBackoff, now, random)).toEqual(first);
  const second = nextStoppedDevices(first, [chain("a")], nobody, now, random);
  expect(second.map(({ device, failures, retry_at }) => [device, failures, retry_at])).toEqual([["a", 2, later(10_000)]]);
  const refused: SyncProblem = { ...chain("a"), kind: "refused" };
  expect(nextStoppedDevices(second, [refused], nobody, now, random)).toEqual([]);
});
