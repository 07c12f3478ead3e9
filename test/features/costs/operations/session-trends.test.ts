import { describe, expect, it } from "vitest";
import { storePut } from "../../../../src/features/agent/operations/store.ts";
import { sessionTrends } from "../../../../src/features/costs/operations/session-trends.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeFinding, makeReport } from "../../../support/findings.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";
import { createRepository, git } from "../../../support/repository.ts";

const project = "acme/storefront";

const putRow = async (ports: TestPorts, store: string, row: Readonly<Record<string, unknown>>): Promise<void> =>
  void (await storePut.call(ports, { store, set: Object.entries(row).map((pair) => pair.join("=")) }, quietCall));

async function addSession(ports: TestPorts, over: Readonly<Record<string, unknown>>): Promise<void> {
  const row = { session_id: "s1", host: "claude-code", started_at: "2026-03-30T10:00:00.000Z", project, ...over };
  await putRow(ports, "sessions", row);
}

async function addSpend(
  ports: TestPorts,
  session: string | null,
  usd: number,
  over: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const row = {
    occurred_at: "2026-03-30T10:05:00.000Z",
    model: "claude-sonnet-4-6",
    call_site: "session",
    input_tokens: 10,
    output_tokens: 5,
    usd_micros: usd * 1_000_000,
    session_id: session,
    ...over,
  };
  await putRow(ports, "spend", row);
}

const trends = (ports: TestPorts, input: Readonly<Record<string, unknown>> = {}) => sessionTrends.call(ports, input, quietCall);

describe("session trends", () => {
  it("are empty without sessions, and report that nothing is recorded", async () => {
    expect(await trends(await openPorts())).toMatchObject({ recorded: false, slices: [], sessions: [], tools: [], cut: false });
  });

  it("list each session with its cost, duration and tools, latest first", async () => {
    const ports = await openPorts();
    await addSession(ports, {
      ended_at: "2026-03-30T11:59:00.000Z",
      turns: 4,
      tools_json: '{"Edit":3,"Bash":12}',
      branch: "topic",
    });
    await addSession(ports, {
      session_id: "s2",
      host: "codex",
      started_at: "2026-03-31T10:00:00.000Z",
      tools_json: '{"Bash":1}',
    });
    await addSpend(ports, "s1", 0.4);
    await addSpend(ports, "s1", 0.2, { unpriced_calls: 1 });
    await addSpend(ports, null, 9);
    const { sessions, tools, recorded } = await trends(ports);
    expect(recorded).toBe(true);
    expect(sessions).toMatchObject([
      { session_id: "s2", cost_usd: null, complete: true, duration_ms: null, review: null },
      {
        session_id: "s1",
        cost_usd: 0.6,
        complete: false,
        calls: 2,
        duration_ms: 119 * 60_000,
        turns: 4,
        tools: [
          { tool: "Bash", count: 12 },
          { tool: "Edit", count: 3 },
        ],
      },
    ]);
    expect(tools).toEqual([
      { tool: "Bash", count: 13, sessions: 2 },
      { tool: "Edit", count: 3, sessions: 1 },
    ]);
  });

  it("count sessions per day, with the cost per host", async () => {
    const ports = await openPorts();
    await addSession(ports, {});
    await addSession(ports, { session_id: "s2", host: "codex" });
    await addSession(ports, { session_id: "s3", started_at: "2026-03-31T10:00:00.000Z" });
    await addSpend(ports, "s1", 0.5);
    await addSpend(ports, "s2", 0.25);
    const { hosts, slices } = await trends(ports);
    expect(hosts).toEqual(["claude-code", "codex"]);
    expect(
      slices.map(({ start, sessions, cost_usd, complete, by_host }) => [start, sessions, cost_usd, complete, by_host]),
    ).toEqual([
      ["2026-03-30", 2, 0.75, true, [0.5, 0.25]],
      ["2026-03-31", 1, 0, false, [0, 0]],
      ["2026-04-01", 0, 0, true, [0, 0]],
    ]);
  });

  it("are limited to the requested period and project", async () => {
    const ports = await openPorts();
    await addSession(ports, {});
    await addSession(ports, { session_id: "old", started_at: "2026-01-01T10:00:00.000Z" });
    await addSession(ports, { session_id: "other", project: "acme/other" });
    const ids = async (input: Readonly<Record<string, unknown>>) =>
      (await trends(ports, input)).sessions.map((one) => one.session_id);
    expect(await ids({ project, period: "30d" })).toEqual(["s1"]);
    expect(await ids({ project })).toEqual(["s1", "old"]);
    expect(await ids({ since: "2026-01-01", until: "2026-01-31" })).toEqual(["old"]);
    expect(await trends(ports, { project, limit: 1 })).toMatchObject({ cut: true, sessions: [{ session_id: "s1" }] });
    expect((await trends(ports, { project: "nobody/nothing" })).recorded).toBe(true);
  });

  it("include the latest review of each session's branch and project", async () => {
    const cwd = createRepository();
    git(cwd, "switch", "-q", "-c", "topic");
    const ports = await openPorts({ cwd });
    for (const [id, at, score] of [
      ["first", "2026-03-30T12:00:00Z", 60],
      ["latest", "2026-03-30T13:00:00Z", 95],
    ] as const) {
      const report = makeReport({ run_id: id, timestamp: at, score, findings: [makeFinding({ severity: "warning" })] });
      await update.call(ports, { text: JSON.stringify(report) }, quietCall);
    }
    const ownProject = { project: await ports.surroundings.project() };
    await addSession(ports, { ...ownProject, branch: "topic" });
    await addSession(ports, { session_id: "elsewhere", branch: "topic", project: "acme/other" });
    await addSession(ports, { ...ownProject, session_id: "main", branch: "main" });
    const reviews = new Map((await trends(ports)).sessions.map(({ session_id, review }) => [session_id, review?.score ?? null]));
    expect(reviews).toEqual(
      new Map([
        ["s1", 95],
        ["elsewhere", null],
        ["main", null],
      ]),
    );
  });
});
