import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { evalSpending } from "../../../../src/features/costs/operations/eval-spending.ts";
import type { EvalSpendingView } from "../../../../src/features/costs/operations/views.ts";
import type { PricedEntry } from "../../../../src/features/evals/model/cost.ts";
import { priceRun } from "../../../../src/features/evals/model/estimate.ts";
import { evalRecorded } from "../../../../src/features/evals/model/eval-recorded.ts";
import { evalPush } from "../../../../src/features/evals/operations/push.ts";
import { evalCost } from "../../../../src/features/evals/operations/show.ts";
import { makeEvalHistory } from "../../../support/eval-fixtures.ts";
import { openPorts, quietCall, type TestPorts, type TestPortsOptions } from "../../../support/ports.ts";

const models = {
  "claude-haiku-4-5": { input: 0.8, output: 4 },
  "claude-sonnet-4-6": { input: 3, output: 15 },
  "claude-opus-4-6": { input: 15, output: 75 },
};

/** Ports with the price list of the documented examples. */
async function openPricedPorts(options: TestPortsOptions = {}): Promise<TestPorts> {
  const { cwd } = await openPorts();
  const priceFile = join(cwd, "prices.json");
  writeFileSync(priceFile, JSON.stringify({ date: "2025-05-01", models }));
  return openPorts({ ...options, env: { REWARD_LEDGER_PRICES: priceFile } });
}

type Entry = Readonly<{ model: string; calls: number; input_tokens: number; output_tokens: number; cost_usd?: number }>;
type Run = Readonly<{
  at: string;
  costs?: readonly Entry[];
  stated?: number;
  passed?: number;
  failed?: number;
  tier?: string;
  branch?: string;
  project?: string;
}>;

async function record(ports: TestPorts, runs: readonly Run[]): Promise<void> {
  for (const [index, run] of runs.entries()) {
    const { passed = 1, failed = 0 } = run;
    const file = {
      schema_version: 1,
      version: `1.${index}`,
      git_branch: run.branch ?? "main",
      git_sha: "abc1234",
      timestamp: run.at,
      hostname: "builder",
      tier: run.tier ?? "e2e",
      total: passed + failed,
      passed,
      failed,
      total_cost_usd: run.stated ?? 0,
      duration_seconds: 1,
      ...(run.costs === undefined ? {} : { costs: run.costs }),
      all_results: Array.from({ length: passed + failed }, (_, test) => ({ name: `test ${test}`, passed: test < passed })),
    };
    const [view] = await evalPush.call(ports, { text: JSON.stringify(file), project: run.project ?? "acme/shop" }, quietCall);
    expect(view?.reason).toBe(null);
  }
}

const spendingOf = (ports: TestPorts, input: Readonly<Record<string, unknown>> = {}): Promise<EvalSpendingView> =>
  evalSpending.call(ports, input, quietCall);

const sonnet = (input: number, output: number, more: Partial<Entry> = {}): Entry => ({
  model: "claude-sonnet-4-6",
  calls: 1,
  input_tokens: input,
  output_tokens: output,
  ...more,
});
const haiku = (calls: number, input: number, output: number): Entry => ({
  model: "claude-haiku-4-5",
  calls,
  input_tokens: input,
  output_tokens: output,
});
const unpricedEntry: Entry = { model: "house-model-1", calls: 2, input_tokens: 1_000_000, output_tokens: 1_000_000 };

describe("the cost of evals", () => {
  it("is zero without runs", async () => {
    const view = await spendingOf(await openPricedPorts());
    expect(view).toMatchObject({ recorded: false, slices: [], models: [], points: [], runs_with_results: 0 });
    expect(view.tiles).toEqual({
      runs: 0,
      untold_runs: 0,
      passed: 0,
      cost_usd: 0,
      complete: true,
      previous: null,
      each_complete: true,
      per_run_usd: null,
      per_passed_usd: null,
      reported_usd: 0,
      estimated_usd: 0,
      unsplit_usd: 0,
      unpriced_models: 0,
      unpriced_calls: 0,
      calls: 0,
    });
  });

  it("matches the documented examples", async () => {
    const ports = await openPricedPorts();
    await record(ports, [{ at: "2026-03-16T12:00:00Z", costs: [sonnet(1_000_000, 500_000)] }]);
    const firstView = await spendingOf(ports);
    expect(firstView.tiles).toMatchObject({
      cost_usd: 10.5,
      complete: true,
      per_run_usd: 10.5,
      estimated_usd: 10.5,
      reported_usd: 0,
    });
    expect(firstView.what_if).toEqual({
      billed_usd: 10.5,
      complete: true,
      tiers: [
        { tier: "fast", model: "claude-haiku-4-5", cost_usd: 2.8 },
        { tier: "standard", model: "claude-sonnet-4-6", cost_usd: 10.5 },
        { tier: "full", model: "claude-opus-4-6", cost_usd: 52.5 },
      ],
    });
    await record(ports, [
      { at: "2026-03-17T12:00:00Z", costs: [haiku(5, 100_000, 50_000)], branch: "b" },
      { at: "2026-03-17T13:00:00Z", costs: [haiku(3, 200_000, 100_000)], branch: "b" },
    ]);
    const view = await spendingOf(ports, { branch: "b" });
    expect(view.models).toEqual([
      {
        model: "claude-haiku-4-5",
        runs: 2,
        calls: 8,
        input_tokens: 300_000,
        output_tokens: 150_000,
        cache_read_tokens: 0,
        cache_creation_tokens: 0,
        cost_usd: 0.84,
        reported_usd: 0,
        estimated_usd: 0.84,
        basis: "estimated",
      },
    ]);
    expect(view.slices).toMatchObject([{ start: "2026-03-17", runs: 2, cost_usd: 0.84, by_model: [0.84] }, ...emptySlices(15)]);
    expect(view.prices).toMatchObject({ date: "2025-05-01" });
  });

  it("distinguishes reported, estimated, mixed, partly known and unpriced models", async () => {
    const ports = await openPricedPorts();
    await record(ports, [
      {
        at: "2026-03-16T12:00:00Z",
        costs: [
          sonnet(100_000, 0, { cost_usd: 0.25 }),
          sonnet(100_000, 0),
          { ...haiku(1, 0, 250_000), cost_usd: 0.5 },
          unpricedEntry,
          { ...unpricedEntry, model: "house-model-2" },
          { ...unpricedEntry, model: "house-model-2", cost_usd: 0.125 },
        ],
      },
    ]);
    const { models: rows, tiles } = await spendingOf(ports);
    expect(rows.map(({ model, basis, cost_usd }) => [model, basis, cost_usd])).toEqual([
      ["claude-sonnet-4-6", "mixed", 0.55],
      ["claude-haiku-4-5", "reported", 0.5],
      ["house-model-2", "partly", 0.125],
      ["house-model-1", "unpriced", null],
    ]);
    expect(tiles).toMatchObject({
      cost_usd: 1.175,
      complete: false,
      reported_usd: 0.875,
      estimated_usd: 0.3,
      unpriced_models: 2,
      unpriced_calls: 4,
      calls: 9,
    });
  });

  it("includes the stated cost of a run that its models do not account for", async () => {
    const ports = await openPricedPorts();
    await record(ports, [
      { at: "2026-03-16T12:00:00Z", stated: 2 },
      { at: "2026-03-16T13:00:00Z", stated: 5, costs: [haiku(1, 0, 250_000), unpricedEntry] },
      // All of its entries are priced: their sum counts, even if the file states more.
      { at: "2026-03-16T14:00:00Z", stated: 9, costs: [haiku(1, 0, 250_000)] },
    ]);
    const view = await spendingOf(ports);
    expect(view.tiles).toMatchObject({ cost_usd: 8, complete: false, unsplit_usd: 6, estimated_usd: 2 });
    expect(view.models.map(({ model, runs, cost_usd }) => [model, runs, cost_usd])).toEqual([
      ["claude-haiku-4-5", 2, 2],
      ["house-model-1", 1, null],
      [null, 2, 6],
    ]);
    expect(view.slices[0]).toMatchObject({ cost_usd: 8, complete: false, by_model: [2, 0, 6] });
    // The command prints the same.
    expect(await evalCost.call(ports, {}, quietCall)).toMatchObject({ total_usd: 8, unsplit_usd: 6, complete: false });
    expect(view.what_if).toMatchObject({ billed_usd: 2, complete: false });
  });
});

describe("runs that report no cost", () => {
  it("are counted separately, and do not lower the cost per run or per passed test", async () => {
    const ports = await openPricedPorts();
    await record(ports, [
      { at: "2026-03-30T12:00:00Z", stated: 3, passed: 4 },
      { at: "2026-03-30T13:00:00Z", passed: 8, failed: 1 },
      { at: "2026-03-31T12:00:00Z", passed: 2 },
      // This run states that it was free, which is different from stating nothing.
      { at: "2026-04-01T08:00:00Z", costs: [{ ...haiku(1, 5, 5), cost_usd: 0 }], passed: 2 },
    ]);
    const { tiles, slices, points } = await spendingOf(ports);
    expect(tiles).toMatchObject({ runs: 4, untold_runs: 2, cost_usd: 3, complete: false, each_complete: true });
    expect(tiles).toMatchObject({ per_run_usd: 1.5, passed: 6, per_passed_usd: 0.5 });
    expect(slices.map((one) => [one.untold_runs, one.complete, one.each_complete, one.per_passed_usd])).toEqual([
      [1, false, true, 0.75],
      [1, false, true, null],
      [0, true, true, 0],
    ]);
    expect(points.map(({ cost_usd, best }) => [cost_usd, best])).toEqual([
      [3, false],
      [0, true],
    ]);
  });
});

/** `count` slices without runs. */
const emptySlices = (count: number): readonly unknown[] =>
  Array.from({ length: count }, () => ({ runs: 0, cost_usd: 0, complete: true }));

describe("time slices", () => {
  it("are days, weeks starting on Monday, or months, in the ledger's time zone", async () => {
    // In Berlin the last run is one of Monday 30 March, 01:30 summer time.
    const runs = ["2026-03-02T08:00:00Z", "2026-03-08T20:00:00Z", "2026-03-29T23:30:00Z"].map((at) => ({ at, stated: 1 }));
    for (const [zone, last] of [
      ["Europe/Berlin", "2026-03-30"],
      ["UTC", "2026-03-23"],
    ] as const) {
      const ports = await openPricedPorts({ zone });
      await record(ports, runs);
      const weeks = await spendingOf(ports, { period: "90d" });
      expect(weeks.unit).toBe("week");
      expect(weeks.slices.filter((slice) => slice.runs > 0).map(({ start, runs: own }) => [start, own])).toEqual([
        ["2026-03-02", 2],
        [last, 1],
      ]);
      expect(weeks.slices.at(-1)).toMatchObject({ start: "2026-03-30", partial: true });
      // 90 days before 1 April is Friday, 2 January.
      expect(weeks.slices[0]).toMatchObject({ start: "2025-12-29", partial: true });
      expect(weeks.slices[1]).toMatchObject({ start: "2026-01-05", partial: false });
      expect((await spendingOf(ports, { period: "30d" })).unit).toBe("day");
      await record(ports, [{ at: "2022-06-15T08:00:00Z", stated: 1 }]);
      const months = await spendingOf(ports);
      expect([months.unit, months.slices[0]?.start, months.slices.length]).toEqual(["month", "2022-06-01", 47]);
    }
  });

  it("compare with the previous period, and give the cost per passed test", async () => {
    const ports = await openPricedPorts();
    await record(ports, [
      { at: "2026-03-22T08:00:00Z", stated: 4 },
      { at: "2026-03-27T08:00:00Z", stated: 1, passed: 3, failed: 1 },
      { at: "2026-03-28T08:00:00Z", stated: 2, passed: 0, failed: 4 },
    ]);
    const { tiles, slices } = await spendingOf(ports, { period: "7d" });
    expect(tiles).toMatchObject({ runs: 2, passed: 3, cost_usd: 3, per_run_usd: 1.5, per_passed_usd: 1 });
    expect(tiles.previous).toEqual({ cost_usd: 4, complete: true, runs: 1 });
    expect(slices.filter(({ runs }) => runs > 0).map((slice) => slice.per_passed_usd)).toEqual([0.333333, null]);
  });
});

describe("the scope", () => {
  it("can be the team; an unknown member and a reversed period are refused", async () => {
    const ports = await openPricedPorts();
    await record(ports, [{ at: "2026-03-01T08:00:00Z", stated: 1 }]);
    expect((await spendingOf(ports, { team: true })).tiles.cost_usd).toBe(1);
    await expect(spendingOf(ports, { member: "nobody@example.org" })).rejects.toMatchObject({ code: "not_found" });
    await expect(spendingOf(ports, { since: "2026-03-02", until: "2026-03-01" })).rejects.toMatchObject({ code: "usage" });
  });
});

describe("quality against cost", () => {
  it("marks the runs that no other run beats in pass rate and cost", async () => {
    const ports = await openPricedPorts();
    await record(ports, [
      { at: "2026-03-01T08:00:00Z", stated: 1, passed: 5, failed: 5 },
      { at: "2026-03-02T08:00:00Z", stated: 2, passed: 5, failed: 5 },
      { at: "2026-03-03T08:00:00Z", stated: 3, passed: 9, failed: 1 },
      { at: "2026-03-04T08:00:00Z", stated: 3, passed: 8, failed: 2 },
      // Its cost is only partly known, so it cannot count as cheap.
      { at: "2026-03-05T08:00:00Z", costs: [unpricedEntry], passed: 10, failed: 0 },
      { at: "2026-03-06T08:00:00Z", stated: 1, passed: 1, failed: 1 },
      { at: "2026-03-07T08:00:00Z", stated: 1, passed: 0, failed: 0 },
    ]);
    const { points, runs_with_results } = await spendingOf(ports);
    expect(points.map(({ best }) => best)).toEqual([true, false, true, false, false, true]);
    expect(runs_with_results).toBe(6);
    expect(points[4]).toMatchObject({ model: "house-model-1", complete: false, cost_usd: 0 });
  });
});

describe("spending of arbitrary runs", () => {
  const day = 86_400_000;
  const first = Date.parse("2024-02-01T00:00:00Z");
  const anyEntry = fc.record(
    {
      model: fc.constantFrom(...Object.keys(models), "house-model-1", "constructor"),
      calls: fc.integer({ min: 0, max: 9 }),
      input_tokens: fc.integer({ min: 0, max: 3_000_000 }),
      output_tokens: fc.integer({ min: 0, max: 300_000 }),
      cost_usd: fc.integer({ min: 0, max: 9_999_999 }).map((micros) => micros / 1e6),
    },
    { requiredKeys: ["model", "calls", "input_tokens", "output_tokens"] },
  );
  const anyRun = fc.record(
    {
      at: fc.integer({ min: 0, max: 780 * 24 * 60 }).map((minutes) => new Date(first + minutes * 60_000).toISOString()),
      costs: fc.array(anyEntry, { maxLength: 4 }),
      stated: fc.integer({ min: 0, max: 9_999_999 }).map((micros) => micros / 1e6),
      passed: fc.integer({ min: 0, max: 4 }),
      failed: fc.integer({ min: 0, max: 4 }),
      tier: fc.constantFrom("e2e", "llm-judge"),
      branch: fc.constantFrom("main", "it's"),
      project: fc.constantFrom("acme/shop", "acme/other"),
    },
    { requiredKeys: ["at", "passed", "failed", "tier", "branch", "project"] },
  );
  const anyChoice = fc.record(
    {
      tier: fc.constantFrom("e2e", "llm-judge"),
      branch: fc.constantFrom("main", "it's"),
      project: fc.constantFrom("acme/shop", "acme/other"),
      period: fc.constantFrom("7d", "30d", "90d", "365d", "all"),
    },
    { requiredKeys: ["period"] },
  );

  /** The cost and the results of a run, derived from its fact alone. */
  type RunCost = Readonly<{
    at: number;
    micros: number;
    rest: number;
    complete: boolean;
    told: boolean;
    passed: number;
    total: number;
    byModel: ReadonlyMap<string, number>;
    model: string | null;
  }>;

  /** Derives the cost of a run from its fact alone. */
  function toRunCost({ run, estimates, at }: z.infer<typeof evalRecorded.data>): RunCost {
    const byModel = new Map<string, number>();
    const entries = priceRun(run, estimates);
    for (const { model, costMicros } of entries) byModel.set(model, (byModel.get(model) ?? 0) + costMicros);
    const billed = sum(entries.map(({ costMicros }) => costMicros));
    const statedMicros = Math.round(run.total_cost_usd * 1e6);
    const allPriced = entries.length > 0 && entries.every(({ priced }) => priced);
    const rest = allPriced ? 0 : Math.max(0, statedMicros - billed);
    const complete = allPriced || (entries.length === 0 && statedMicros > 0);
    const hasCost = entries.length > 0 || statedMicros > 0;
    const [dearest] = [...byModel].sort(
      ([a, one], [b, two]) => two - one || tokensOf(entries, b) - tokensOf(entries, a) || (a < b ? -1 : 1),
    );
    return {
      at: Date.parse(at),
      micros: billed + rest,
      rest,
      complete,
      told: hasCost,
      passed: run.passed,
      total: run.total,
      byModel,
      model: dearest?.[0] ?? null,
    };
  }

  const tokensOf = (entries: readonly PricedEntry[], model: string): number =>
    sum(entries.filter((entry) => entry.model === model).map(({ tokens }) => tokens.input + tokens.output));

  /** Derives the costs of all runs to keep from the journal's facts. */
  async function readRunCosts(
    ports: TestPorts,
    keep: (fact: Readonly<{ project: string | null }>, run: Run) => boolean,
  ): Promise<RunCost[]> {
    const runs: RunCost[] = [];
    for await (const facts of ports.ledger.facts()) {
      for (const { fact } of facts) {
        const data = evalRecorded.data.parse(fact.data);
        if (keep(fact, { at: data.at, tier: data.run.tier, branch: data.run.git_branch })) runs.push(toRunCost(data));
      }
    }
    return runs;
  }

  const toMicros = (usd: number): number => Math.round(usd * 1e6);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

  it("equals the sum of the recorded facts, per slice, per model and in total", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRun, { maxLength: 8 }),
        anyChoice,
        fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns"),
        async (runs, choice, zone) => {
          const ports = await openPricedPorts({ zone });
          const distinct = [...new Map(runs.map((run) => [run.at, run])).values()];
          await record(ports, distinct);
          const view = await spendingOf(ports, choice);
          const from = view.filter.from === null ? Number.NEGATIVE_INFINITY : Date.parse(view.filter.from);
          const facts = await readRunCosts(
            ports,
            ({ project }, run) =>
              Date.parse(run.at) >= from &&
              (choice.project === undefined || project === choice.project) &&
              (choice.tier === undefined || run.tier === choice.tier) &&
              (choice.branch === undefined || run.branch === choice.branch),
          );
          const totalMicros = sum(facts.map((run) => run.micros));
          expect(toMicros(view.tiles.cost_usd)).toBe(totalMicros);
          expect(view.tiles.complete).toBe(facts.every(({ complete }) => complete));
          expect(view.tiles.untold_runs).toBe(facts.filter((run) => !run.told).length);
          const plotted = facts.filter((run) => run.told && run.total > 0).toSorted((a, b) => a.at - b.at);
          expect(view.points.map((point) => [Date.parse(point.timestamp), point.model, toMicros(point.cost_usd)])).toEqual(
            plotted.map((run) => [run.at, run.model, run.micros]),
          );
          expect(toMicros(view.tiles.reported_usd + view.tiles.estimated_usd + view.tiles.unsplit_usd)).toBe(totalMicros);
          expect(sum(view.slices.map((slice) => toMicros(slice.cost_usd)))).toBe(totalMicros);
          expect(sum(view.models.map(({ cost_usd }) => toMicros(cost_usd ?? 0)))).toBe(totalMicros);
          for (const [index, { model, cost_usd }] of view.models.entries()) {
            const modelMicros = facts.map((run) => (model === null ? run.rest : (run.byModel.get(model) ?? 0)));
            expect(toMicros(cost_usd ?? 0)).toBe(sum(modelMicros));
            expect(sum(view.slices.map(({ by_model }) => toMicros(by_model[index] ?? Number.NaN)))).toBe(sum(modelMicros));
          }
          const { calendar } = ports;
          for (const [index, slice] of view.slices.entries()) {
            const next = view.slices[index + 1]?.start ?? "9999-12-31";
            const sliceRuns = facts.filter(({ at }) => calendar.dayOf(at) >= slice.start && calendar.dayOf(at) < next);
            expect([slice.runs, toMicros(slice.cost_usd), slice.complete, slice.passed]).toEqual([
              sliceRuns.length,
              sum(sliceRuns.map((run) => run.micros)),
              sliceRuns.every(({ complete }) => complete),
              sum(sliceRuns.map(({ passed }) => passed)),
            ]);
            expect(toMicros(slice.cost_usd)).toBe(sum(slice.by_model.map(toMicros)));
            if (view.unit === "week") expect(new Date(slice.start).getUTCDay()).toBe(1);
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("has a point per run with results, and marks as best those that no other run beats", async () => {
    const ports = await openPricedPorts();
    const files = makeEvalHistory({ seed: 5, runs: 40, tests: 6, start: "2026-01-05T08:00:00Z", everyHours: 12 });
    for (const file of files) await evalPush.call(ports, { text: JSON.stringify(file) }, quietCall);
    const { points } = await spendingOf(ports);
    expect(points).toHaveLength(files.length);
    const beats = (a: (typeof points)[number], b: (typeof points)[number]): boolean => {
      const [rateA, rateB] = [a.passed / a.total, b.passed / b.total];
      return a.complete && rateA >= rateB && a.cost_usd <= b.cost_usd && (rateA > rateB || a.cost_usd < b.cost_usd);
    };
    for (const point of points) expect(point.best).toBe(point.complete && !points.some((other) => beats(other, point)));
    expect(points.filter(({ best }) => best).length).toBeGreaterThan(1);
    expect(Date.parse(points.at(-1)?.timestamp ?? "") - Date.parse(points[0]?.timestamp ?? "")).toBe(39 * (day / 2));
  });
});
