import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evalSpending } from "../../../../src/features/costs/operations/eval-spending.ts";
import { packResults } from "../../../../src/features/evals/model/packed-results.ts";
import type { EvalRunRow } from "../../../../src/features/evals/model/queries.ts";
import { trendOf } from "../../../../src/features/evals/model/trend.ts";
import { evalOverview, overviewOf } from "../../../../src/features/evals/operations/overview.ts";
import type { EvalOverviewView } from "../../../../src/features/evals/operations/panel-views.ts";
import { evalPush } from "../../../../src/features/evals/operations/push.ts";
import { evalRunDetail } from "../../../../src/features/evals/operations/run-detail.ts";
import { evalPin } from "../../../../src/features/evals/operations/show.ts";
import { evalTestHistory, latestResults } from "../../../../src/features/evals/operations/test-history.ts";
import { wilson95 } from "../../../../src/kernel/statistics/wilson.ts";
import { calendarOf } from "../../../../src/platform/calendar.ts";
import { openPorts, quietCall, type TestPorts, type TestPortsOptions } from "../../../support/ports.ts";

type Result = Readonly<{
  name: string;
  passed: boolean;
  suite?: string;
  tier?: string;
  duration_ms?: number;
  cost_usd?: number;
  error?: string;
}>;
type Run = Readonly<{
  at: string;
  results: readonly Result[];
  tier?: string;
  branch?: string;
  project?: string;
  cost?: number;
}>;

const results = (letters: string): readonly Result[] =>
  [...letters].flatMap((letter, index) => (letter === " " ? [] : [{ name: `t${index}`, suite: "s", passed: letter === "P" }]));

async function record(ports: TestPorts, runs: readonly Run[]): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const [
    index,
    { at, results: tests, tier = "e2e", branch = "main", project = "acme/shop", cost = 0.5 },
  ] of runs.entries()) {
    const passed = tests.filter((test) => test.passed).length;
    const file = {
      schema_version: 1,
      version: `1.${index}`,
      git_branch: branch,
      git_sha: `abc${index}`,
      timestamp: at,
      hostname: "builder",
      tier,
      total: tests.length,
      passed,
      failed: tests.length - passed,
      total_cost_usd: cost,
      duration_seconds: 12,
      all_results: tests,
    };
    const [view] = await evalPush.call(ports, { text: JSON.stringify(file), project }, quietCall);
    ids.push(view?.run?.id ?? "");
  }
  return ids;
}

async function withRuns(runs: readonly Run[], options: TestPortsOptions = {}) {
  const ports = await openPorts(options);
  const ids = await record(ports, runs);
  return { ports, ids };
}

const runRow = (id: string, at: number): EvalRunRow => ({
  id,
  project: null,
  contentSha256: "",
  at,
  stated: at,
  atGiven: true,
  cost: { micros: 0, restMicros: 0, complete: false, tells: false },
  tier: "e2e",
  branch: "main",
  sha: "abc",
  version: "1",
  label: null,
  total: 0,
  passed: 0,
  failed: 0,
  attempts: 1,
  steady: 0,
  costMicros: 0,
  durationMs: 0,
  detectionHundredths: 0,
  detectionTests: 0,
  partial: false,
  place: { device: "", segment: 1, offset: 0, length: 0 },
});

const day = (date: number, hour = 12): string =>
  `2026-03-${String(date).padStart(2, "0")}T${String(hour).padStart(2, "0")}:00:00.000Z`;
const overview = (ports: TestPorts, input: Parameters<typeof evalOverview.call>[1] = {}): Promise<EvalOverviewView> =>
  evalOverview.call(ports, input, quietCall);
const strips = (view: EvalOverviewView): Readonly<Record<string, string>> =>
  Object.fromEntries(view.tests.map(({ name, results: strip }) => [name, strip]));

describe("eval overview", () => {
  it("has a pass rate with interval per run, and a result strip and status per test", async () => {
    // t0 always passes, t1 flips, t2 first appears in the third run, t3 ran only in the first.
    const { ports, ids } = await withRuns([
      { at: day(2), results: results("PP F") },
      { at: day(3), results: results("PF") },
      { at: day(4), results: results("PPP") },
      { at: day(5), results: results("PFP") },
      { at: day(6), results: results("PPP") },
    ]);
    const view = await overview(ports);
    expect(view).toMatchObject({
      zone: "UTC",
      filter: { from: null, to: null },
      recorded: true,
      projects: ["acme/shop"],
      tiers: ["e2e"],
      suites: ["s"],
      branches: ["main"],
      first_column: 0,
      cost_usd: 2.5,
      statuses: { flaky: 1, degrading: 0, improving: 0, "stable-fail": 1, "stable-pass": 2 },
    });
    expect(view.runs.map(({ id }) => id)).toEqual(ids);
    expect(view.runs[0]?.pass_rate).toEqual({ passed: 2, total: 3, ...wilson95(2, 3) });
    expect(view.tests.map(({ name, status }) => [name, status])).toEqual([
      ["t1", "flaky"],
      ["t3", "stable-fail"],
      ["t0", "stable-pass"],
      ["t2", "stable-pass"],
    ]);
    expect(strips(view)).toEqual({ t0: "+++++", t1: "+-+-+", t2: "..+++", t3: "-...." });
    expect(view.tests[0]).toMatchObject({
      pass_rate: { passed: 3, total: 5, rate: 0.6 },
      flips: 4,
      streak: { type: "pass", count: 1 },
      last: day(6),
    });
  });

  it("sums the runs of a tier by local day and by week", async () => {
    const { ports } = await withRuns(
      [
        // Sunday 23:30 in Berlin; an hour later it is Monday there.
        { at: "2026-03-15T22:30:00.000Z", results: results("PPF"), cost: 1 },
        { at: "2026-03-15T23:30:00.000Z", results: results("P"), cost: 2 },
        { at: "2026-03-16T08:00:00.000Z", results: results("F"), tier: "llm-judge", cost: 4 },
        { at: "2026-03-16T12:00:00.000Z", results: results("F"), cost: 8 },
      ],
      { zone: "Europe/Berlin" },
    );
    const view = await overview(ports);
    const sums = (list: EvalOverviewView["days"]) =>
      list.map((sum) => [sum.day, sum.tier, sum.runs, sum.place, sum.pass_rate.passed, sum.pass_rate.total, sum.cost_usd]);
    expect(sums(view.days)).toEqual([
      ["2026-03-15", "e2e", 1, 0, 2, 3, 1],
      ["2026-03-16", "e2e", 2, 2, 1, 2, 10],
      ["2026-03-16", "llm-judge", 1, 2, 0, 1, 4],
    ]);
    expect(sums(view.weeks)).toEqual([
      ["2026-03-09", "e2e", 1, 0, 2, 3, 1],
      ["2026-03-16", "e2e", 2, 2, 1, 2, 10],
      ["2026-03-16", "llm-judge", 1, 2, 0, 1, 4],
    ]);
  });

  it("marks a test that both passed and failed in one run", async () => {
    const { ports } = await withRuns([
      { at: day(2), results: [...results("P"), { name: "t0", suite: "s", passed: false }] },
      { at: day(3), results: results("P") },
    ]);
    const view = await overview(ports);
    expect(strips(view)).toEqual({ t0: "~+" });
    expect(view.tests[0]?.pass_rate).toMatchObject({ passed: 1, total: 2 });
    expect(view.tests[0]).toMatchObject({ health: "flaky", health_why: { kind: "disagrees", times: 1 } });
    expect(view.runs.map(({ passed, total }) => [passed, total])).toEqual([
      [0, 1],
      [1, 1],
    ]);
  });

  it("filters by tier, suite, branch, project and period, and omits runs without matching tests", async () => {
    const { ports, ids } = await withRuns([
      { at: day(2), results: [...results("P"), { name: "other", suite: "x", passed: false }] },
      { at: day(3), results: results("F"), branch: "feature" },
      { at: day(4), results: results("F"), tier: "llm-judge" },
      { at: day(5), results: results("P"), project: "acme/site" },
    ]);
    const runsOf = async (input: Parameters<typeof evalOverview.call>[1]) =>
      (await overview(ports, input)).runs.map(({ id }) => ids.indexOf(id));
    expect(await runsOf({ tier: "llm-judge" })).toEqual([2]);
    expect(await runsOf({ suite: "x" })).toEqual([0]);
    expect(await runsOf({ suite: "x", tier: "llm-judge" })).toEqual([]);
    expect(await runsOf({ branch: "feature" })).toEqual([1]);
    expect(await runsOf({ project: "acme/site" })).toEqual([3]);
    expect(await runsOf({ period: "custom", since: "2026-03-03", until: "2026-03-04" })).toEqual([1, 2]);
    const suiteView = await overview(ports, { suite: "x" });
    expect(suiteView.runs[0]?.pass_rate).toMatchObject({ passed: 0, total: 1 });
    // The available choices do not shrink with the selection.
    expect(suiteView.suites).toEqual(["s", "x"]);
    expect(suiteView.tiers).toEqual(["e2e", "llm-judge"]);
    expect(suiteView.branches).toEqual(["feature", "main"]);
  });

  it("uses the billed cost of each run, and marks totals with unpriced entries as incomplete", async () => {
    const ports = await openPorts();
    const file = (hour: number, costs: readonly unknown[]) => ({
      schema_version: 1,
      version: "1",
      git_branch: "main",
      git_sha: "abc",
      timestamp: day(2, hour),
      hostname: "builder",
      tier: "e2e",
      total: 1,
      passed: 1,
      failed: 0,
      total_cost_usd: 0.5,
      duration_seconds: 1,
      all_results: results("P"),
      costs,
    });
    const push = (run: unknown) => evalPush.call(ports, { text: JSON.stringify(run), project: "acme/shop" }, quietCall);
    await push(file(8, [{ model: "claude-haiku-4-5", calls: 1, input_tokens: 1, output_tokens: 1, cost_usd: 0.75 }]));
    expect(await overview(ports)).toMatchObject({
      cost_usd: 0.75,
      complete: true,
      runs: [{ total_cost_usd: 0.5, cost_usd: 0.75 }],
    });
    const [view] = await push(file(9, [{ model: "nobody-knows-it", calls: 1, input_tokens: 1, output_tokens: 1 }]));
    const both = await overview(ports);
    expect(both).toMatchObject({ cost_usd: 1.25, complete: false, days: [{ cost_usd: 1.25, complete: false, runs: 2 }] });
    expect(both.cost_usd).toBe((await evalSpending.call(ports, {}, quietCall)).tiles.cost_usd);
    expect((await evalRunDetail.call(ports, { run: view?.run?.id }, quietCall)).bill).toEqual({ cost_usd: 0.5, complete: false });
  });

  it("averages cost over runs that report one, like the Costs tab, also when filtered by suite", async () => {
    const { ports } = await withRuns([
      { at: day(2), results: results("P"), cost: 3 },
      { at: day(3), results: results("P"), cost: 0 },
      { at: day(4), results: results("P"), cost: 1 },
    ]);
    const view = await overview(ports);
    expect(view).toMatchObject({ cost_usd: 4, complete: false, telling_runs: 2, each_complete: true, per_run_usd: 2 });
    const { tiles } = await evalSpending.call(ports, {}, quietCall);
    expect(tiles).toMatchObject({ cost_usd: 4, complete: false, each_complete: true, per_run_usd: view.per_run_usd });
    expect(await overview(ports, { suite: "s" })).toMatchObject({ cost_usd: 4, per_run_usd: 2 });
    expect(await overview(ports, { suite: "no" })).toMatchObject({ cost_usd: 0, telling_runs: 0, per_run_usd: null });
  });

  it("keeps a run without results, with no pass rate", async () => {
    const { ports } = await withRuns([{ at: day(2), results: [] }]);
    expect(await overview(ports)).toMatchObject({ recorded: true, runs: [{ pass_rate: null }], tests: [], days: [] });
    expect((await overview(ports, { suite: "s" })).runs).toEqual([]);
  });

  it("reports an empty ledger, and rejects a period that ends before it starts", async () => {
    const ports = await openPorts();
    expect(await overview(ports)).toMatchObject({ recorded: false, runs: [], tests: [], cost_usd: 0 });
    await expect(overview(ports, { since: "2026-03-02", until: "2026-03-01" })).rejects.toMatchObject({ code: "usage" });
  });

  it("answers for one team member or the whole team", async () => {
    const teammate = await withRuns([{ at: day(2), results: results("F") }]);
    const local = await withRuns([{ at: day(3), results: results("P") }]);
    const device = teammate.ports.ledger.device.id;
    for await (const facts of teammate.ports.ledger.facts()) {
      await local.ports.ledger.take(
        device,
        facts.map(({ fact }) => fact),
      );
    }
    const ports = {
      ...local.ports,
      people: async () => [
        { user: "u1", email: "me@acme.test", me: true, devices: [local.ports.ledger.device.id] },
        { user: "u2", email: "ann@acme.test", me: false, devices: [device] },
      ],
    };
    const rates = async (input: Parameters<typeof evalOverview.call>[1]) =>
      (await overview(ports, input)).runs.map(({ pass_rate: rate }) => rate?.rate);
    expect(await rates({ member: "ann@acme.test" })).toEqual([0]);
    expect(await rates({ team: true })).toEqual([0, 1]);
    expect((await overview(ports)).members).toEqual([
      { email: "me@acme.test", me: true },
      { email: "ann@acme.test", me: false },
    ]);
    const history = await evalTestHistory.call(
      ports,
      { tier: "e2e", suite: "s", name: "t0", member: "ann@acme.test" },
      quietCall,
    );
    expect(history.results.map(({ passed }) => passed)).toEqual([false]);
    const run = teammate.ids[0];
    expect(await evalRunDetail.call(ports, { run, member: "ann@acme.test" }, quietCall)).toMatchObject({ failed: 1 });
  });

  it("equals a fold of the raw results", async () => {
    const result = fc.record({ test: fc.integer({ min: 0, max: 5 }), passed: fc.boolean() });
    const anyRun = fc.record({
      day: fc.integer({ min: 1, max: 28 }),
      list: fc.array(result, { maxLength: 8 }),
      judge: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(anyRun, { selector: (run) => run.day, maxLength: 7 }), async (list) => {
        const runs = list.map((run) => ({
          at: day(run.day),
          tier: run.judge ? "llm-judge" : "e2e",
          results: run.list.map(({ test, passed }) => ({ name: `t${test}`, suite: "s", passed })),
        }));
        const { ports } = await withRuns(runs);
        const view = await overview(ports);
        const ordered = runs.toSorted((a, b) => a.at.localeCompare(b.at));
        expect(view.runs.map(({ timestamp }) => timestamp)).toEqual(ordered.map(({ at }) => at));
        for (const [column, run] of ordered.entries()) {
          const last = [...new Map(run.results.map((one) => [one.name, one])).values()];
          const passed = last.filter((one) => one.passed).length;
          expect(view.runs[column]?.pass_rate ?? null).toEqual(
            last.length === 0 ? null : { passed, total: last.length, ...wilson95(passed, last.length) },
          );
        }
        const keys = new Set(ordered.flatMap((run) => run.results.map(({ name }) => `${run.tier} ${name}`)));
        expect(new Set(view.tests.map(({ tier, name }) => `${tier} ${name}`))).toEqual(keys);
        for (const test of view.tests) {
          const attemptsByRun = ordered.map((run) =>
            run.tier === test.tier ? run.results.filter(({ name }) => name === test.name) : [],
          );
          const last = attemptsByRun.flatMap((of) => of.slice(-1));
          const trend = trendOf(last.map(({ passed }) => passed));
          expect(test).toMatchObject({ status: trend?.status, flips: trend?.flips, streak: trend?.streak });
          expect(test.pass_rate).toEqual({
            passed: last.filter(({ passed }) => passed).length,
            total: last.length,
            ...trend?.passRate,
          });
          const cell = (attempts: readonly Result[]): string =>
            attempts.length === 0
              ? "."
              : attempts.every(({ passed }) => passed)
                ? "+"
                : attempts.some(({ passed }) => passed)
                  ? "~"
                  : "-";
          expect(test.results).toBe(attemptsByRun.map(cell).join(""));
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("eval test", () => {
  const test = { tier: "e2e", suite: "s", name: "t0" };

  it("has every result, and durations, costs and errors of the newest runs", async () => {
    const { ports, ids } = await withRuns([
      { at: day(2), results: [{ ...test, passed: false, error: "first", duration_ms: 5, cost_usd: 0.25 }] },
      { at: day(3), results: [{ ...test, passed: true, duration_ms: 1500, cost_usd: 0.125 }] },
      { at: day(4), results: results(" P") },
      { at: day(5), results: [{ ...test, passed: true, duration_ms: 2500 }] },
    ]);
    const view = await evalTestHistory.call(ports, { ...test, read: 1 }, quietCall);
    expect(view.trend).toMatchObject({ status: "flaky", flips: 1, pass_rate: { passed: 2, total: 3 } });
    expect(view.read).toBe(1);
    expect(view.results.map((one) => [one.run, one.passed, one.duration_ms, one.cost_usd])).toEqual([
      [ids[0], false, 5, 0.25],
      [ids[1], true, null, null],
      [ids[3], true, 2500, null],
    ]);
    // The latest failure is read even if it is older than the other runs that are read.
    expect(view.last_error).toEqual({ run: ids[0], timestamp: day(2), error: "first" });
  });

  it("uses the last attempt of a retried test, with the duration of all attempts", async () => {
    const { ports } = await withRuns([
      {
        at: day(2),
        results: [
          { ...test, passed: true, duration_ms: 1 },
          { name: "t1", suite: "s", passed: true },
          { ...test, passed: false, duration_ms: 2, error: "second time" },
        ],
      },
    ]);
    const view = await evalTestHistory.call(ports, test, quietCall);
    expect(view.results).toMatchObject([{ passed: false, duration_ms: 3, attempts: 2 }]);
    expect(view.last_error?.error).toBe("second time");
  });

  it("returns no trend when the test has no result in the period", async () => {
    const { ports } = await withRuns([{ at: day(2), results: results("P") }]);
    const emptyView = { trend: null, results: [], read: 0, last_error: null };
    expect(await evalTestHistory.call(ports, { ...test, since: "2026-03-20" }, quietCall)).toMatchObject(emptyView);
    expect(await evalTestHistory.call(ports, { ...test, name: "unknown" }, quietCall)).toMatchObject(emptyView);
  });
});

describe("eval run", () => {
  it("lists failed tests, and on request the changes since the previous run", async () => {
    const { ports, ids } = await withRuns([
      { at: day(2), results: results("PFP") },
      { at: day(3), results: results("FPP"), cost: 0.75 },
    ]);
    const [first = "", second = ""] = ids;
    const view = await evalRunDetail.call(ports, { run: second }, quietCall);
    expect(view).toMatchObject({
      run: { id: second },
      baseline: false,
      pass_rate: { passed: 2, total: 3 },
      failed: 1,
      failures: [{ name: "t0", suite: "s", passed: false }],
      rival: { id: first },
      comparison: null,
    });
    const compared = await evalRunDetail.call(ports, { run: second, compare: true }, quietCall);
    expect(compared.comparison).toMatchObject({
      before: { id: first },
      improved: 1,
      regressed: 1,
      unchanged: 1,
      total_cost_delta_usd: 0.25,
    });
    expect(compared.comparison?.deltas.map(({ name, change }) => [name, change])).toEqual([
      ["t0", "regressed"],
      ["t1", "improved"],
    ]);
    expect((await evalRunDetail.call(ports, { run: first, compare: true }, quietCall)).comparison).toBeNull();
  });

  it("compares with the pinned baseline", async () => {
    const { ports, ids } = await withRuns([
      { at: day(2), results: results("P") },
      { at: day(3), results: results("P") },
      { at: day(4), results: results("F") },
    ]);
    await evalPin.call(ports, { run: ids[0] }, quietCall);
    const view = async (run: string | undefined) => evalRunDetail.call(ports, { run }, quietCall);
    expect((await view(ids[2])).rival?.id).toBe(ids[0]);
    expect((await view(ids[0])).baseline).toBe(true);
  });

  it("rejects an unknown run", async () => {
    const ports = await openPorts();
    const run = "0195a000-0000-7000-8000-000000000001";
    await expect(evalRunDetail.call(ports, { run }, quietCall)).rejects.toMatchObject({ code: "not_found" });
  });
});

it("eval overview draws only the latest runs when there are too many results", () => {
  const [tests, runs] = [2000, 2500];
  const packed = packResults({
    tests: Array.from({ length: tests }, (_, test) => test),
    passed: Array<boolean>(tests).fill(true),
  });
  const rows = Array.from({ length: runs }, (_, at) => runRow(`r${at}`, at));
  const view = overviewOf(
    {
      runs: () => rows.toReversed(),
      packedRuns: () => rows.map(({ id, at, sha }) => ({ id, at, sha, results: packed })),
      tests: () => new Map(Array.from({ length: tests }, (_, test) => [test, { tier: "e2e", suite: "", name: `t${test}` }])),
    },
    calendarOf("UTC"),
    { zone: "UTC", filter: { from: null, to: null }, recorded: true, projects: [], members: [], tiers: [], branches: [] },
    {},
    {},
  );
  expect(view.runs).toHaveLength(runs);
  expect(view.first_column).toBe(500);
  expect(view.tests[0]?.results).toBe("+".repeat(2000));
  expect(view.tests[0]?.pass_rate.total).toBe(runs);
});

it("latestResults reads fewer of the latest runs when they are large", () => {
  const indexed = (tests: number) =>
    Array.from({ length: 50 }, (_, at) => ({ row: { ...runRow(`r${at}`, at), total: tests }, passed: true, mixed: false }));
  expect(latestResults(indexed(1_000), 30)).toHaveLength(30);
  expect(latestResults(indexed(4_000), 30)).toHaveLength(10);
  expect(latestResults(indexed(50_000), 30)).toHaveLength(5);
  expect(latestResults(indexed(1_000), 2).map(({ row }) => row.id)).toEqual(["r48", "r49"]);
  expect(latestResults(indexed(1_000), 0)).toEqual([]);
});
