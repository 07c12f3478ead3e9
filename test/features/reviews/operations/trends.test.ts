import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { importRuns } from "../../../../src/features/intake/operations/import.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { reset } from "../../../../src/features/reviews/operations/reset.ts";
import { trends } from "../../../../src/features/reviews/operations/trends.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import type { RunView } from "../../../../src/features/reviews/operations/views.ts";
import { spanOf } from "../../../../src/features/shared/span.ts";
import { bucketsOf } from "../../../../src/features/shared/time-buckets.ts";
import { calendarOf } from "../../../../src/platform/calendar.ts";
import { makeFinding, makeReport } from "../../../support/findings.ts";
import { makeHistory } from "../../../support/fixtures.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

const round = (value: number): number => Math.round(value * 10) / 10;

type Run = Readonly<{ id: string; at: string; score?: number; rules?: readonly string[]; agent?: string; project?: string }>;

async function record(ports: TestPorts, runs: readonly Run[]): Promise<void> {
  for (const { id, at, score = 90, rules = [], agent = "claude-code", project = "acme/storefront" } of runs) {
    const report = makeReport({ run_id: id, timestamp: at, score, findings: rules.map((rule) => makeFinding({ rule })) });
    await update.call(ports, { text: JSON.stringify(report), agent, project }, quietCall);
  }
}

const trendsOf = (ports: TestPorts, input: Readonly<Record<string, unknown>> = {}) => trends.call(ports, input, quietCall);

describe("trends without runs", () => {
  it("are empty and zero", async () => {
    expect(await trendsOf(await openPorts())).toEqual({
      zone: "UTC",
      filter: { agent: null, compare_with: null, project: null, from: null, to: null },
      agents: [],
      projects: [],
      members: [],
      tiles: {
        coins: { value: 0, change: 0 },
        streak: { agent: null, pass: 0, block: 0, best: 0 },
        pass_rate: null,
        top_rule: null,
      },
      lines: [],
      resets: [],
      violations: [],
      violation_buckets: { unit: "day", starts: [] },
    });
  });

  it("have a line without points for an agent without runs", async () => {
    const view = await trendsOf(await openPorts(), { agent: "nobody" });
    expect(view.lines).toEqual([{ agent: "nobody", resolution: "run", coins_before: 0, points: [] }]);
  });
});

describe("trends of a few runs", () => {
  const runs: readonly Run[] = [
    { id: "a1", at: "2026-03-20T10:00:00Z", score: 90, rules: ["E501"] },
    { id: "a2", at: "2026-03-27T10:00:00Z", score: 100, rules: ["E501", "E501", "W0702"] },
    { id: "a3", at: "2026-03-30T23:30:00Z", score: 40, rules: ["W0702"] },
    { id: "b1", at: "2026-03-31T10:00:00Z", score: 85, agent: "codex", project: "acme/billing" },
  ];

  it("have one point per run, and the coins before the first", async () => {
    const ports = await openPorts();
    await record(ports, runs);
    const view = await trendsOf(ports, { agent: "claude-code", since: "2026-03-27" });
    expect(view.filter).toMatchObject({ from: "2026-03-27T00:00:00.000Z", to: null });
    expect(view.lines).toHaveLength(1);
    expect(view.lines[0]).toMatchObject({ agent: "claude-code", resolution: "run", coins_before: 1 });
    expect(view.lines[0]?.points[1]).toEqual({
      at: "2026-03-30T23:30:00.000Z",
      coins: -1,
      delta: -4,
      bonuses: 0,
      penalties: 0,
      runs: 1,
      passes: 0,
      advisories: 0,
      fails: 1,
      score: 40,
      streak_pass: 0,
      streak_block: 1,
      fact_id: expect.any(String),
      run_id: "a3",
      verdict: "FAIL",
    });
  });

  it("compare two agents, show all by default, and can be limited to a project", async () => {
    const ports = await openPorts();
    await record(ports, runs);
    const linesOf = async (input: Readonly<Record<string, unknown>>) =>
      (await trendsOf(ports, input)).lines.map((line) => line.agent);
    expect(await linesOf({})).toEqual(["claude-code", "codex"]);
    expect(await linesOf({ agent: "codex", compare_with: "claude-code" })).toEqual(["codex", "claude-code"]);
    expect(await linesOf({ agent: "codex", compare_with: "codex" })).toEqual(["codex"]);
    expect(await linesOf({ project: "acme/billing" })).toEqual(["codex"]);
    const all = await trendsOf(ports);
    expect([all.agents, all.projects]).toEqual([
      ["claude-code", "codex"],
      ["acme/billing", "acme/storefront"],
    ]);
  });

  it("fill the tiles", async () => {
    const ports = await openPorts();
    await record(ports, runs);
    const claude = await trendsOf(ports, { agent: "claude-code", period: "7d" });
    // 1 April is today, so the seven days start on 26 March.
    expect(claude.filter.from).toBe("2026-03-26T00:00:00.000Z");
    expect(claude.tiles).toMatchObject({
      coins: { value: -1, change: -2 },
      streak: { pass: 0, block: 1, best: 2 },
      pass_rate: { passed: 1, total: 2, rate: 0.5 },
      top_rule: { rule: "E501", count: 2, previous: 1 },
    });
    const all = await trendsOf(ports);
    expect(all.tiles.coins).toEqual({ value: -0.5, change: -0.5 });
    expect(all.tiles.streak).toEqual({ agent: "codex", pass: 1, block: 0, best: 1 });
    const past = await trendsOf(ports, { agent: "claude-code", until: "2026-03-27" });
    expect(past.tiles.coins).toEqual({ value: 3, change: 3 });
  });

  it("compare broken rules with the previous period of the same length", async () => {
    const ports = await openPorts();
    await record(ports, runs);
    const view = await trendsOf(ports, { period: "7d" });
    expect(view.violation_buckets).toEqual({
      unit: "day",
      starts: ["2026-03-26", "2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31", "2026-04-01"],
    });
    expect(view.violations).toMatchObject([
      { rule: "E501", count: 2, runs: 1, previous: 1, spark: [0, 2, 0, 0, 0, 0, 0] },
      { rule: "W0702", count: 2, runs: 2, previous: 0, spark: [0, 1, 0, 0, 1, 0, 0] },
    ]);
    expect((await trendsOf(ports)).violations.map((one) => one.previous)).toEqual([null, null]);
  });

  it("use the days of the ledger's time zone", async () => {
    const ports = await openPorts({ zone: "Europe/Berlin" });
    await record(ports, runs);
    const view = await trendsOf(ports, { since: "2026-03-31", until: "2026-03-31" });
    // 23:30 UTC on 30 March is 01:30 on 31 March in Berlin's summer time.
    expect(view.filter).toMatchObject({ from: "2026-03-30T22:00:00.000Z", to: "2026-03-31T22:00:00.000Z" });
    expect(view.violations).toMatchObject([{ rule: "W0702", count: 1, spark: [1] }]);
  });

  it("mark resets in the period for the shown agents", async () => {
    const ports = await openPorts();
    await record(ports, runs);
    await reset.call(ports, { confirm: true, agent: "codex" }, quietCall);
    const readResets = async (input: Readonly<Record<string, unknown>>) => (await trendsOf(ports, input)).resets;
    expect(await readResets({ agent: "codex" })).toEqual([{ agent: "codex", at: "2026-04-01T12:00:00.000Z" }]);
    expect(await readResets({ agent: "claude-code" })).toEqual([]);
    expect(await readResets({ agent: "codex", until: "2026-03-31" })).toEqual([]);
  });

  it("reject a period that ends before it starts", async () => {
    const view = trendsOf(await openPorts(), { since: "2026-03-02", until: "2026-03-01" });
    await expect(view).rejects.toMatchObject({ code: "usage" });
  });
});

describe("trends of many runs", () => {
  it("are summed by day and match the runs", async () => {
    const ports = await openPorts({ zone: "America/New_York", now: "2026-07-01T12:00:00.000Z" });
    const made = makeHistory({ seed: 21, runs: 2_400, agents: ["codex"], days: 120 });
    await ports.files.write("all.json", JSON.stringify(made.map((run) => run.report)));
    await importRuns.call(ports, { paths: ["all.json"], agent: "codex" }, quietCall);

    const [line] = (await trendsOf(ports, { agent: "codex" })).lines;
    const runs = await history.call(ports, { agent: "codex" }, quietCall);
    expect(line).toMatchObject({ resolution: "day", coins_before: 0 });
    const calendar = calendarOf("America/New_York");
    const dayOf = (run: RunView): string => calendar.dayOf(Date.parse(run.created_at));
    const days = new Map([...new Set(runs.map(dayOf))].map((day) => [day, runs.filter((run) => dayOf(run) === day)]));
    expect(line?.points).toEqual(
      [...days].map(([day, ofDay]) => ({
        at: new Date(calendar.startOfDay(day)).toISOString(),
        coins: ofDay.at(-1)?.coins,
        delta: round(ofDay.reduce((sum, run) => sum + run.coin_delta, 0)),
        bonuses: round(ofDay.reduce((sum, run) => sum + Math.max(0, run.bonus), 0)),
        penalties: round(ofDay.reduce((sum, run) => sum + Math.min(0, run.bonus), 0)),
        runs: ofDay.length,
        passes: ofDay.filter((run) => run.verdict === "PASS").length,
        advisories: ofDay.filter((run) => run.verdict === "PASS_WITH_ADVISORY").length,
        fails: ofDay.filter((run) => run.verdict === "FAIL").length,
        score: round(ofDay.reduce((sum, run) => sum + run.score, 0) / ofDay.length),
        streak_pass: ofDay.at(-1)?.streak_pass,
        streak_block: ofDay.at(-1)?.streak_block,
        fact_id: null,
        run_id: null,
        verdict: null,
      })),
    );

    const later = await trendsOf(ports, { agent: "codex", since: "2026-01-10" });
    const before = runs.findLast((run) => dayOf(run) < "2026-01-10");
    expect(later.lines[0]?.coins_before).toBe(before?.coins);
  });
});

describe("spanOf", () => {
  const calendar = calendarOf("UTC");
  const now = new Date("2026-04-01T12:00:00Z");
  const at = (day: string): number => Date.parse(day);

  it.each([
    [{}, {}],
    [{ period: "all" }, {}],
    [{ period: "7d" }, { from: at("2026-03-26"), to: undefined, previous: { from: at("2026-03-19"), to: at("2026-03-26") } }],
    [{ period: "30d" }, { from: at("2026-03-03"), to: undefined, previous: { from: at("2026-02-01"), to: at("2026-03-03") } }],
    [
      { since: "2026-03-10", until: "2026-03-12" },
      { from: at("2026-03-10"), to: at("2026-03-13"), previous: { from: at("2026-03-07"), to: at("2026-03-10") } },
    ],
    [
      { since: "2026-03-31" },
      { from: at("2026-03-31"), to: undefined, previous: { from: at("2026-03-29"), to: at("2026-03-31") } },
    ],
    [{ until: "2026-03-12" }, { to: at("2026-03-13") }],
    [
      { since: "2026-05-01" },
      { from: at("2026-05-01"), to: undefined, previous: { from: at("2026-04-30"), to: at("2026-05-01") } },
    ],
  ] as const)("%j", (choice, span) => expect(spanOf(calendar, now, choice)).toEqual(span));
});

describe("bucketsOf", () => {
  const calendar = calendarOf("Europe/Berlin");

  it.each([
    ["2026-03-01", "2026-05-01", "day", 62],
    ["2026-03-01", "2026-05-02", "week", 10],
    ["2024-01-01", "2026-01-01", "week", 105],
    ["2024-01-01", "2026-01-02", "month", 25],
    ["2026-03-01", "2026-03-01", "day", 1],
  ] as const)("splits %s to %s by %s into %i", (first, last, unit, count) => {
    const buckets = bucketsOf(calendar, first, last);
    expect(buckets.unit).toBe(unit);
    expect(buckets.starts).toHaveLength(count);
  });

  it("places every day of the span in exactly one bucket, in order", () => {
    const day = fc.integer({ min: 0, max: 4_000 }).map((n) => calendar.addDays("2020-01-01", n));
    fc.assert(
      fc.property(day, day, day, (a, b, c) => {
        const [first = a, middle = b, last = c] = [a, b, c].toSorted();
        const { starts, indexOf } = bucketsOf(calendar, first, last);
        const index = indexOf(middle);
        expect(starts).toEqual([...new Set(starts)].sort());
        expect(index).toBeDefined();
        expect((starts[index ?? -1] ?? "~") <= middle).toBe(true);
        expect((starts[(index ?? -1) + 1] ?? "~") > middle).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
