import { describe, expect, it } from "vitest";
import { agents } from "../../../../src/features/reviews/operations/agents.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { breaking } from "../../../../src/features/reviews/operations/runs-by-rule.ts";
import { show } from "../../../../src/features/reviews/operations/show.ts";
import { status } from "../../../../src/features/reviews/operations/status.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { violations } from "../../../../src/features/reviews/operations/violations.ts";
import { makeFinding, makeReport, repeatFinding } from "../../../support/findings.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

type RunInput = Readonly<{ id: string; at: string; score?: number; rules?: readonly string[]; agent?: string; project?: string }>;

async function record(ports: TestPorts, runs: readonly RunInput[]): Promise<void> {
  for (const { id, at, score = 90, rules = [], agent = "claude-code", project = "acme/storefront" } of runs) {
    const report = makeReport({ run_id: id, timestamp: at, score, findings: rules.map((rule) => makeFinding({ rule })) });
    await update.call(ports, { text: JSON.stringify(report), agent, project }, quietCall);
  }
}

const threeAgents: readonly RunInput[] = [
  { id: "a1", at: "2026-03-01T10:00:00Z", score: 90, rules: ["E501", "E501"] },
  { id: "b1", at: "2026-03-02T10:00:00Z", score: 60, rules: ["W0702"], agent: "codex" },
  { id: "a2", at: "2026-03-03T10:00:00Z", score: 40, rules: ["W0702", "E501"], project: "acme/billing" },
  { id: "c1", at: "2026-03-04T10:00:00Z", score: 120, agent: "gemini-cli" },
  { id: "a3", at: "2026-03-05T10:00:00Z", score: 75, rules: ["F401"] },
];

describe("status", () => {
  it("is zero when nothing is recorded", async () => {
    expect(await status.call(await openPorts(), {}, quietCall)).toEqual({
      agent: "claude-code",
      project: null,
      coins: 0,
      streak_pass: 0,
      streak_block: 0,
      best_streak_pass: 0,
      last_verdict: "UNKNOWN",
      last_delta: null,
      last_run_at: null,
      runs: 0,
      top_violations: [],
      dated_ahead: [],
      recorded_ahead: null,
      warnings: [],
    });
  });

  it("covers the environment's agent over all projects, a named agent, or one project", async () => {
    const ports = await openPorts();
    await record(ports, threeAgents);
    expect(await status.call(ports, {}, quietCall)).toMatchObject({ agent: "claude-code", coins: -3.5, streak_pass: 1, runs: 3 });
    expect(await status.call(ports, { agent: "codex" }, quietCall)).toMatchObject({
      coins: -2,
      last_verdict: "PASS_WITH_ADVISORY",
      last_delta: -20,
      last_run_at: "2026-03-02T10:00:00.000Z",
    });
    const inProject = { project: "acme/storefront", coins: 0.5, streak_pass: 2, runs: 2 };
    expect(await status.call(ports, { project: "acme/storefront" }, quietCall)).toMatchObject(inProject);
  });

  it("names the three most broken rules, with ties sorted by name", async () => {
    const ports = await openPorts();
    await record(ports, [{ id: "r", at: "2026-03-01T00:00:00Z", rules: ["d", "c", "b", "a", "d"] }]);
    expect((await status.call(ports, {}, quietCall)).top_violations).toEqual([
      { rule: "d", count: 2 },
      { rule: "a", count: 1 },
      { rule: "b", count: 1 },
    ]);
  });
});

describe("agents", () => {
  it("lists all agents, most coins first", async () => {
    const ports = await openPorts();
    await record(ports, threeAgents);
    const coins = (await agents.call(ports, {}, quietCall)).map((one) => `${one.agent} ${one.coins}`);
    expect(coins).toEqual(["gemini-cli 4", "codex -2", "claude-code -3.5"]);
    const inProject = await agents.call(ports, { project: "acme/billing" }, quietCall);
    expect(inProject).toMatchObject([{ agent: "claude-code", project: "acme/billing", coins: -4, runs: 1 }]);
  });
});

describe("history", () => {
  const idsOf = async (ports: TestPorts, input: Readonly<Record<string, unknown>>) =>
    (await history.call(ports, input, quietCall)).map((run) => run.run_id);

  it("lists filtered runs oldest first, with the coins after each run", async () => {
    const ports = await openPorts();
    await record(ports, threeAgents.toReversed());
    expect(await idsOf(ports, {})).toEqual(["a1", "b1", "a2", "c1", "a3"]);
    expect(await idsOf(ports, { agent: "claude-code" })).toEqual(["a1", "a2", "a3"]);
    expect(await idsOf(ports, { project: "acme/billing" })).toEqual(["a2"]);
    expect(await idsOf(ports, { limit: 2 })).toEqual(["c1", "a3"]);
    expect(await idsOf(ports, { agent: "nobody" })).toEqual([]);
    const coins = (await history.call(ports, { agent: "claude-code" }, quietCall)).map((run) => run.coins);
    expect(coins).toEqual([1, -3, -3.5]);
  });

  it("is limited by local days and by times", async () => {
    const ports = await openPorts({ zone: "Asia/Tokyo" });
    // In Tokyo, nine hours ahead, the second run is on 2 March already.
    await record(ports, [
      { id: "r1", at: "2026-03-01T14:59:59Z" },
      { id: "r2", at: "2026-03-01T15:00:00Z" },
      { id: "r3", at: "2026-03-02T14:59:59Z" },
      { id: "r4", at: "2026-03-02T15:00:00Z" },
    ]);
    expect(await idsOf(ports, { since: "2026-03-02" })).toEqual(["r2", "r3", "r4"]);
    expect(await idsOf(ports, { since: "2026-03-02", until: "2026-03-02" })).toEqual(["r2", "r3"]);
    expect(await idsOf(ports, { until: "2026-03-01" })).toEqual(["r1"]);
    expect(await idsOf(ports, { since: "2026-03-02T14:59:59Z", until: "2026-03-02T15:00:00Z" })).toEqual(["r3"]);
  });

  it.each([
    [{ since: "yesterday" }, "--since yesterday: it is neither a day nor a time"],
    [{ until: "2026-02-30" }, "--until 2026-02-30"],
    [{ since: "2026-03-02", until: "2026-03-01" }, "it ends (2026-03-01) before it starts (2026-03-02)"],
    [{ limit: 0 }, "limit: must be at least 1"],
  ])("refuses %j", async (input, message) => {
    const ports = await openPorts();
    await expect(history.call(ports, input, quietCall)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining(message),
    });
  });

  it("pages backwards", async () => {
    const ports = await openPorts();
    await record(ports, threeAgents);
    const [first] = await history.call(ports, { limit: 2 }, quietCall);
    expect(await idsOf(ports, { limit: 2, before: first?.fact_id })).toEqual(["b1", "a2"]);
    const unknown = history.call(ports, { before: "01890000-0000-7000-8000-000000000000" }, quietCall);
    await expect(unknown).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("violations", () => {
  it("counts findings and distinct runs, sorted by count, then by name", async () => {
    const ports = await openPorts();
    await record(ports, threeAgents);
    expect(await violations.call(ports, {}, quietCall)).toEqual([
      {
        rule: "E501",
        count: 3,
        runs: 2,
        first_seen: "2026-03-01T10:00:00.000Z",
        last_seen: "2026-03-03T10:00:00.000Z",
        by_severity: { error: 0, warning: 3, info: 0 },
      },
      {
        rule: "W0702",
        count: 2,
        runs: 2,
        first_seen: "2026-03-02T10:00:00.000Z",
        last_seen: "2026-03-03T10:00:00.000Z",
        by_severity: { error: 0, warning: 2, info: 0 },
      },
      {
        rule: "F401",
        count: 1,
        runs: 1,
        first_seen: "2026-03-05T10:00:00.000Z",
        last_seen: "2026-03-05T10:00:00.000Z",
        by_severity: { error: 0, warning: 1, info: 0 },
      },
    ]);
  });

  it.each([
    [{ agent: "claude-code", last: 2 }, ["E501 1", "F401 1", "W0702 1"]],
    [{ last: 1 }, ["F401 1"]],
    [{ since: "2026-03-03" }, ["E501 1", "F401 1", "W0702 1"]],
    [{ project: "acme/storefront", limit: 1 }, ["E501 2"]],
    [{ agent: "nobody" }, []],
  ])("for %j returns %j", async (input, expected) => {
    const ports = await openPorts();
    await record(ports, threeAgents);
    const rules = await violations.call(ports, input, quietCall);
    expect(rules.map(({ rule, count }) => `${rule} ${count}`)).toEqual(expected);
  });

  it("rejects a number of runs combined with a start day", async () => {
    const both = violations.call(await openPorts(), { last: 1, since: "2026-03-01" }, quietCall);
    await expect(both).rejects.toMatchObject({ code: "usage" });
  });
});

describe("breaking", () => {
  it("lists the runs that broke a rule, newest first", async () => {
    const ports = await openPorts();
    await record(ports, threeAgents);
    const idsOf = async (input: Readonly<Record<string, unknown>>) =>
      (await breaking.call(ports, input, quietCall)).map((run) => run.run_id);
    expect(await idsOf({ rule: "W0702" })).toEqual(["a2", "b1"]);
    expect(await idsOf({ rule: "W0702", agent: "codex" })).toEqual(["b1"]);
    expect(await idsOf({ rule: "W0702", limit: 1 })).toEqual(["a2"]);
    expect(await idsOf({ rule: "W0702", until: "2026-03-02" })).toEqual(["b1"]);
    expect(await idsOf({ rule: "W0702", period: "7d" })).toEqual([]);
    expect(await idsOf({ rule: "nothing" })).toEqual([]);
    await record(ports, [{ id: "accent", at: "2026-03-09T00:00:00Z", score: 90, rules: ["caf\u00e9"] }]);
    expect(await idsOf({ rule: "cafe\u0301" })).toEqual(["accent"]);
  });
});

describe("show", () => {
  it("returns a run with its findings and what it earned", async () => {
    const ports = await openPorts();
    const five = [1, 2, 3, 4, 5].map((day) => ({
      id: `r${day}`,
      at: `2026-03-0${day}T00:00:00Z`,
      score: 94,
      rules: ["x", "y", "z"],
    }));
    await record(ports, five);
    const view = await show.call(ports, { run_id: "r5" }, quietCall);
    expect(view).toMatchObject({ hidden: false, summary: "ok", run: { run_id: "r5", coins: 7.5 }, changed_files: ["src/a.ts"] });
    expect(view.findings.map((one) => one.rule)).toEqual(["x", "y", "z"]);
    expect(view.findings[0]).toEqual({
      category: "style",
      severity: "warning",
      tool: "biome",
      rule: "x",
      file: "src/a.ts",
      line: 1,
      message: "This let declares a variable that is only assigned once.",
      fixable: false,
      blocking: false,
    });
    expect(view.formula).toEqual({
      score: 94,
      baseline: 80,
      reward: 1.4,
      streak_pass: 5,
      streak_block: 0,
      bonus: 0.5,
      total: 1.9,
      coins_before: 5.6,
      coins_after: 7.5,
      text: "(94 − 80) / 10 = +1.40; streak of 5 passes (5 or more): +0.50; together +1.90",
    });
  });

  it("rejects an unknown, an ambiguous and a missing run id", async () => {
    const ports = await openPorts();
    await record(ports, [
      { id: "same", at: "2026-03-01T00:00:00Z" },
      { id: "same", at: "2026-03-02T00:00:00Z", agent: "codex" },
    ]);
    await expect(show.call(ports, { run_id: "other" }, quietCall)).rejects.toMatchObject({ code: "not_found" });
    await expect(show.call(ports, { run_id: "same" }, quietCall)).rejects.toMatchObject({ code: "usage" });
    await expect(show.call(ports, {}, quietCall)).rejects.toMatchObject({ code: "usage" });
    const codex = await show.call(ports, { run_id: "same", agent: "codex" }, quietCall);
    expect(codex.run.created_at).toBe("2026-03-02T00:00:00.000Z");
  });

  it("marks blocking findings", async () => {
    const ports = await openPorts();
    const findings = [makeFinding({ severity: "error" }), makeFinding({ severity: "error", fixable: true }), ...repeatFinding(1)];
    await update.call(ports, { text: JSON.stringify(makeReport({ findings })) }, quietCall);
    const view = await show.call(ports, { run_id: "review-run-001" }, quietCall);
    expect(view.findings.map((one) => one.blocking)).toEqual([true, false, false]);
    expect(view.run).toMatchObject({ blocking: 1, verdict: "FAIL" });
  });
});
