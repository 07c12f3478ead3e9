import { expect, it } from "vitest";
import type { SyncProblem } from "../../src/ports/sync.ts";
import { devicesInBackoff, isDue, nextStoppedDevices } from "../../src/sync/backoff.ts";
import { maxDelayMs } from "../../src/sync/batching.ts";

const now = new Date("2026-04-01T12:00:00.000Z");
const after = (ms: number): string => new Date(now.getTime() + ms).toISOString();
const chain = (device: string): SyncProblem => ({ kind: "chain", device, seq: 4, message: "a gap", hint: "wait" });

it("waits until the recorded retry time, but ignores a time that a wrong clock recorded", () => {
  expect(isDue(null, now)).toBe(true);
  expect(isDue(after(0), now)).toBe(true);
  expect(isDue(after(1), now)).toBe(false);
  expect(isDue(after(maxDelayMs), now)).toBe(false);
  expect(isDue(after(maxDelayMs + 1), now)).toBe(true);
  expect(isDue("no time", now)).toBe(true);
});

it("checks a stopped device less and less often, and forgets it once it has recovered", () => {
  const random = (): number => 0;
  const nobody = new Map<string, SyncProblem>();
  const first = nextStoppedDevices([], [chain("a"), chain("b")], nobody, now, random);
  expect(first.map(({ device, failures, retry_at }) => [device, failures, retry_at])).toEqual([
    ["a", 1, after(5_000)],
    ["b", 1, after(5_000)],
  ]);
  const held = devicesInBackoff(first, now);
  expect([...held.keys()]).toEqual(["a", "b"]);
  // A sync that skips these logs does not change their state.
  expect(nextStoppedDevices(first, [...held.values()], held, now, random)).toEqual(first);
  const second = nextStoppedDevices(first, [chain("a")], nobody, now, random);
  expect(second.map(({ device, failures, retry_at }) => [device, failures, retry_at])).toEqual([["a", 2, after(10_000)]]);
  const refused: SyncProblem = { ...chain("a"), kind: "refused" };
  expect(nextStoppedDevices(second, [refused], nobody, now, random)).toEqual([]);
});
