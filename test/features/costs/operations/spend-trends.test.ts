import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { budgetExtend, budgetSet } from "../../../../src/features/agent/operations/budget.ts";
import { spendAdd } from "../../../../src/features/agent/operations/spend.ts";
import { spendTrends } from "../../../../src/features/costs/operations/spend-trends.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

type Entry = Readonly<{ at: string; usd: number; model?: string; task_id?: string | undefined }>;

async function spendAll(ports: TestPorts, entries: readonly Entry[]): Promise<void> {
  for (const { at, usd, model = "claude-sonnet-4-6", task_id } of entries) {
    await spendAdd.call(ports, { at, usd, model, task_id, call_site: "plan", input_tokens: 100, output_tokens: 10 }, quietCall);
  }
}

const toMicros = (usd: number): number => Math.round(usd * 1e6);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("spending over time", () => {
  it("is empty at first, with the default limits", async () => {
    const view = await spendTrends.call(await openPorts(), {}, quietCall);
    expect(view).toMatchObject({ recorded: false, limits_set: false, slices: [], models: [], tasks: [], task_count: 0 });
    expect(view.budget).toMatchObject({ today: { spent_usd: 0, limit_usd: 25 }, week: { limit_usd: 100 } });
  });

  it("is compared with each day's limit, including extensions", async () => {
    const ports = await openPorts({ now: "2026-03-30T08:00:00Z" });
    await spendAll(ports, [
      { at: "2026-03-28T23:59:59Z", usd: 3, task_id: "t-1" },
      { at: "2026-03-30T01:00:00Z", usd: 8, task_id: "t-2", model: "claude-opus-4-6" },
    ]);
    await budgetSet.call(ports, { daily: 10, weekly: 40, monthly: 120 }, quietCall);
    await budgetExtend.call(ports, { usd: 5 }, quietCall);
    ports.clock.set("2026-03-31T12:00:00Z");
    await spendAll(ports, [{ at: "2026-03-31T09:00:00Z", usd: 9.5 }]);
    const view = await spendTrends.call(ports, { period: "7d" }, quietCall);
    expect(view.unit).toBe("day");
    expect(view.slices.slice(-4)).toEqual([
      slice("2026-03-28", { spent_usd: 3, calls: 1, limit_usd: 25, by_model: [3, 0] }),
      slice("2026-03-29", { limit_usd: 25 }),
      slice("2026-03-30", { spent_usd: 8, calls: 1, limit_usd: 15, extended_usd: 5, by_model: [0, 8] }),
      slice("2026-03-31", { spent_usd: 9.5, calls: 1, limit_usd: 10, by_model: [9.5, 0], partial: true }),
    ]);
    expect(view.models.map(({ name, usd }) => [name, usd])).toEqual([
      ["claude-sonnet-4-6", 12.5],
      ["claude-opus-4-6", 8],
    ]);
    expect(view.tasks.map(({ name, usd }) => [name, usd])).toEqual([
      [null, 9.5],
      ["t-2", 8],
      ["t-1", 3],
    ]);
    expect(view).toMatchObject({ limits_set: true, task_count: 3, budget: { level: "warning", today: { percent: 95 } } });
    const quarter = await spendTrends.call(ports, { period: "90d" }, quietCall);
    expect(quarter.unit).toBe("week");
    expect(quarter.slices.slice(-2)).toEqual([
      slice("2026-03-23", { spent_usd: 3, calls: 1, limit_usd: 100, by_model: [3, 0] }),
      slice("2026-03-30", { spent_usd: 17.5, calls: 2, limit_usd: 40, by_model: [9.5, 8], partial: true }),
    ]);
  });

  it("has no slices in an empty period, but reports that spending is recorded", async () => {
    const ports = await openPorts();
    await spendAll(ports, [{ at: "2025-06-01T00:00:00Z", usd: 1 }]);
    expect(await spendTrends.call(ports, { period: "7d" }, quietCall)).toMatchObject({ recorded: true, slices: [] });
  });
});

const slice = (start: string, more: Readonly<Record<string, unknown>>) => ({
  start,
  partial: false,
  calls: 0,
  spent_usd: 0,
  extended_usd: 0,
  by_model: [0, 0],
  ...more,
});

it("spending equals the sum of its entries, per slice, per model and per task", async () => {
  const first = Date.parse("2026-01-01T00:00:00Z");
  const anyEntry = fc.record({
    at: fc.integer({ min: 0, max: 90 * 24 * 60 }).map((minutes) => new Date(first + minutes * 60_000).toISOString()),
    usd: fc.integer({ min: 0, max: 5_000_000 }).map((amount) => amount / 1e6),
    model: fc.constantFrom("claude-haiku-4-5", "claude-sonnet-4-6", "it's"),
    task_id: fc.constantFrom(undefined, "t-1", "t-2"),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyEntry, { maxLength: 10 }),
      fc.constantFrom("7d", "30d", "90d", "all"),
      fc.constantFrom("UTC", "Asia/Kathmandu", "America/New_York"),
      async (entries, period, zone) => {
        const ports = await openPorts({ zone });
        await spendAll(ports, entries);
        const view = await spendTrends.call(ports, { period }, quietCall);
        const from = view.from === null ? first : Date.parse(view.from);
        const inPeriod = entries.filter(({ at }) => Date.parse(at) >= from);
        const spent = sum(inPeriod.map(({ usd }) => toMicros(usd)));
        expect(view.total).toMatchObject({ usd_micros: spent, calls: inPeriod.length });
        expect(sum(view.tasks.map((task) => task.usd_micros))).toBe(spent);
        for (const [index, { name, usd_micros }] of view.models.entries()) {
          expect(usd_micros).toBe(sum(inPeriod.filter(({ model }) => model === name).map(({ usd }) => toMicros(usd))));
          expect(usd_micros).toBe(sum(view.slices.map(({ by_model }) => toMicros(by_model[index] ?? Number.NaN))));
        }
        for (const [index, { start, spent_usd, by_model }] of view.slices.entries()) {
          const end = view.slices[index + 1]?.start ?? "9999-12-31";
          const days = inPeriod.map((entry) => ({ ...entry, day: ports.calendar.dayOf(Date.parse(entry.at)) }));
          const inSlice = days.filter(({ day }) => day >= start && day < end);
          expect(toMicros(spent_usd)).toBe(sum(inSlice.map(({ usd }) => toMicros(usd))));
          expect(toMicros(spent_usd)).toBe(sum(by_model.map(toMicros)));
        }
      },
    ),
    { numRuns: 20 },
  );
});
