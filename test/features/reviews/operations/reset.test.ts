import { describe, expect, it } from "vitest";
import { agents } from "../../../../src/features/reviews/operations/agents.ts";
import { history } from "../../../../src/features/reviews/operations/history.ts";
import { reset } from "../../../../src/features/reviews/operations/reset.ts";
import { show } from "../../../../src/features/reviews/operations/show.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { makeReport } from "../../../support/findings.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

const record = (ports: TestPorts, run_id: string, agent: string, timestamp = "2026-03-16T00:00:00Z") => {
  ports.clock.advance(1_000);
  return update.call(ports, { text: JSON.stringify(makeReport({ run_id, timestamp })), agent }, quietCall);
};
const resetWith = (ports: TestPorts, input: Readonly<Record<string, unknown>>) => {
  ports.clock.advance(1_000);
  return reset.call(ports, input, quietCall);
};
const runsOf = async (ports: TestPorts) => (await history.call(ports, {}, quietCall)).map((run) => run.run_id);

async function openWithTwoAgents(): Promise<TestPorts> {
  const ports = await openPorts();
  await record(ports, "a1", "claude-code");
  await record(ports, "a2", "claude-code", "2026-03-17T00:00:00Z");
  await record(ports, "b1", "codex", "2026-03-18T00:00:00Z");
  return ports;
}

describe("reset", () => {
  it("does nothing without confirmation", async () => {
    const ports = await openWithTwoAgents();
    await expect(resetWith(ports, {})).rejects.toMatchObject({
      code: "not_confirmed",
      hint: expect.stringContaining("--confirm"),
    });
    expect(await runsOf(ports)).toEqual(["a1", "a2", "b1"]);
  });

  it("hides all earlier runs, deletes nothing and can be undone", async () => {
    const ports = await openWithTwoAgents();
    const before = await agents.call(ports, {}, quietCall);
    expect(await resetWith(ports, { confirm: true })).toEqual({
      reset: true,
      agent: null,
      hidden_runs: 3,
      undone: false,
      restored_runs: 0,
    });
    expect(await runsOf(ports)).toEqual([]);
    expect(await agents.call(ports, {}, quietCall)).toEqual([]);

    expect(await resetWith(ports, { undo: true })).toEqual({
      reset: false,
      agent: null,
      hidden_runs: 0,
      undone: true,
      restored_runs: 3,
    });
    expect(await agents.call(ports, {}, quietCall)).toEqual(before);
  });

  it("applies by order of recording, not by run time", async () => {
    const ports = await openWithTwoAgents();
    await resetWith(ports, { confirm: true });
    await record(ports, "a0", "claude-code", "2026-01-01T00:00:00Z");
    expect(await runsOf(ports)).toEqual(["a0"]);
  });

  it("may be limited to one agent", async () => {
    const ports = await openWithTwoAgents();
    expect(await resetWith(ports, { confirm: true, agent: "claude-code" })).toMatchObject({
      agent: "claude-code",
      hidden_runs: 2,
    });
    expect(await runsOf(ports)).toEqual(["b1"]);
  });

  it("undoes the latest reset, or the latest one of a named agent", async () => {
    const ports = await openWithTwoAgents();
    await resetWith(ports, { confirm: true, agent: "claude-code" });
    await resetWith(ports, { confirm: true, agent: "codex" });
    expect(await resetWith(ports, { undo: true, agent: "claude-code" })).toMatchObject({
      agent: "claude-code",
      restored_runs: 2,
    });
    expect(await runsOf(ports)).toEqual(["a1", "a2"]);
    expect(await resetWith(ports, { undo: true })).toMatchObject({ agent: "codex", restored_runs: 1 });
    await expect(resetWith(ports, { undo: true })).rejects.toMatchObject({ code: "nothing_to_undo" });
  });

  it("counts only the runs that it hides itself", async () => {
    const ports = await openWithTwoAgents();
    await resetWith(ports, { confirm: true });
    await record(ports, "a3", "claude-code");
    expect(await resetWith(ports, { confirm: true })).toMatchObject({ hidden_runs: 1 });
    expect(await resetWith(ports, { undo: true })).toMatchObject({ restored_runs: 1 });
    expect(await runsOf(ports)).toEqual(["a3"]);
  });

  it("of an agent without runs records nothing and names the agents with runs", async () => {
    const ports = await openWithTwoAgents();
    const facts = (await ports.ledger.heads()).map(({ seq }) => seq);
    for (const input of [{ confirm: true }, { undo: true }]) {
      await expect(resetWith(ports, { ...input, agent: "claud-code" })).rejects.toMatchObject({
        code: "not_found",
        hint: expect.stringContaining("claude-code, codex"),
      });
    }
    expect((await ports.ledger.heads()).map(({ seq }) => seq)).toEqual(facts);
    await resetWith(ports, { confirm: true });
    expect(await resetWith(ports, { confirm: true, agent: "codex" })).toMatchObject({ hidden_runs: 0 });
  });

  it("rejects confirm together with undo", async () => {
    await expect(resetWith(await openWithTwoAgents(), { undo: true, confirm: true })).rejects.toMatchObject({ code: "usage" });
  });

  it("keeps hidden runs recorded: the same run is a duplicate, and is shown by its fact id", async () => {
    const ports = await openWithTwoAgents();
    const [run] = await history.call(ports, { limit: 1 }, quietCall);
    await resetWith(ports, { confirm: true });
    expect(await record(ports, "b1", "codex", "2026-03-18T00:00:00Z")).toMatchObject({ recorded: false, reason: "duplicate" });
    await expect(show.call(ports, { run_id: "b1" }, quietCall)).rejects.toMatchObject({ code: "not_found" });
    const hidden = await show.call(ports, { fact_id: run?.fact_id }, quietCall);
    expect(hidden).toMatchObject({ hidden: true, run: { run_id: "b1", coins: 0 }, formula: { total: 0 } });
  });
});
