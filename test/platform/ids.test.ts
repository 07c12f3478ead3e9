import { describe, expect, it } from "vitest";
import { systemIds } from "../../src/platform/ids.ts";

const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const timeOf = (id: string): number => Number.parseInt(id.replaceAll("-", "").slice(0, 12), 16);

describe("systemIds", () => {
  it("creates UUIDv7 ids that contain their time", () => {
    const at = new Date("2026-03-16T08:00:00.123Z");
    const id = systemIds().next(at);
    expect(id).toMatch(version7);
    expect(timeOf(id)).toBe(at.getTime());
  });

  it("increases within a millisecond, across milliseconds and when the clock goes backwards", () => {
    const ids = systemIds();
    const start = Date.parse("2026-03-16T08:00:00Z");
    const steps = [0, 0, 0, 1, 1, -500, -499, 2, 1_000, -3_600_000, 1_001];
    const generated = steps.flatMap((step) => Array.from({ length: 200 }, () => ids.next(new Date(start + step))));
    expect(generated).toEqual(generated.toSorted());
    expect(new Set(generated).size).toBe(generated.length);
  });

  it("continues in the next millisecond when a sequence is exhausted", () => {
    const ids = systemIds(() => 0xffff_fffe);
    const at = new Date("2026-03-16T08:00:00Z");
    const generated = [ids.next(at), ids.next(at), ids.next(at), ids.next(at)];
    expect(generated).toEqual(generated.toSorted());
    expect(generated.map((id) => timeOf(id) - at.getTime())).toEqual([0, 0, 1, 1]);
  });
});
