import { beforeEach, describe, expect, it } from "vitest";
import { spendSummary } from "../../../../src/features/agent/operations/spend.ts";
import { sessionDocument } from "../../../../src/features/sessions/documents/session.ts";
import { importTranscripts } from "../../../../src/features/sessions/operations/import-transcripts.ts";
import { sessionsShow } from "../../../../src/features/sessions/operations/show.ts";
import { pipeStyle } from "../../../cli/style.ts";
import { renderTerminal } from "../../../support/documents.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";
import { prices, sessionA, transcriptFolder } from "../support/transcripts.ts";

let ports: TestPorts;
beforeEach(async () => {
  ports = await openPorts({ evals: { prices } });
  await importTranscripts(ports, { files: [transcriptFolder()] }, quietCall);
});

const summary = async (by: string) => {
  const { rows, total } = await spendSummary.call(ports, { all: true, by }, quietCall);
  expect(rows.reduce((sum, { usd_micros }) => sum + usd_micros, 0)).toBe(total.usd_micros);
  expect(rows.reduce((sum, { calls }) => sum + calls, 0)).toBe(total.calls);
  return Object.fromEntries(rows.map((row) => [row.name, row]));
};

describe("spending is summed up", () => {
  it("by branch, with the pull request of its sessions", async () => {
    const rows = await summary("branch");
    expect(Object.keys(rows).sort()).toEqual(["fix/total", "main", "null"]);
    expect(rows["fix/total"]).toMatchObject({ calls: 2, sessions: 2, pull_request: "https://github.com/acme/shop/pull/7" });
    // The session that opened the pull request was on another branch at that time.
    expect(rows["main"]).toMatchObject({ pull_request: null });
    expect(rows["null"]).toMatchObject({ calls: 1, pull_request: null });
  });

  it("by commit: its session's spending since the previous commit", async () => {
    const rows = await summary("commit");
    // The calls of the first session until its commit, and those of its sub-agent within the same quarter of an hour.
    expect(rows["1a2b3c4"]).toMatchObject({ calls: 3, sessions: 1 });
    expect(rows["9a8b7c6"]).toBeUndefined();
    expect(rows["null"]).toMatchObject({ calls: 9 });
  });

  it("by session, by agent and by day of the ledger's zone", async () => {
    expect(Object.keys(await summary("session"))).toContain(sessionA);
    expect(await summary("agent")).toMatchObject({ "claude-code": { calls: 8 }, codex: { calls: 3 }, gemini: { calls: 1 } });
    expect(Object.keys(await summary("day"))).toEqual(["2026-03-16", "2026-03-17", "2026-03-18"]);
  });
});

describe("one session", () => {
  it("is shown with duration, cost, tools and files", async () => {
    const view = await sessionsShow.call(ports, { id: sessionA.slice(0, 8) }, quietCall);
    expect(view).toMatchObject({ session_id: sessionA, duration_ms: 7_180_000, calls: 7, unpriced_calls: 2, turns: 2 });
    const text = renderTerminal((words) => sessionDocument(view, words), pipeStyle);
    expect(text).toMatch(/^Duration +1h59m$/m);
    expect(text).toMatch(/^Cost +7 calls for \$0\.05 \(2 without a known price\)$/m);
    expect(text).toMatch(/^Tools +Bash 2, Edit 1, Grep 1, Read 1$/m);
    expect(text).toContain("Changed files\nsrc/basket.ts");
  });
});
