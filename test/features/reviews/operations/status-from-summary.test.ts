import { describe, expect, it } from "vitest";
import { agents } from "../../../../src/features/reviews/operations/agents.ts";
import { status } from "../../../../src/features/reviews/operations/status.ts";
import { queryAgents, queryStatus } from "../../../../src/features/reviews/operations/to-views.ts";
import { makeHistory } from "../../../support/fixtures.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { draftOf, draftsOf, resetDraft } from "../../../support/ledger-drafts.ts";
import { openPorts, quietCall, type TestPorts } from "../../../support/ports.ts";

const history = { seed: 5, runs: 90 };

/** A home that a process recorded to and then closed. */
async function closedHome(): Promise<string> {
  const home = `${temporaryFolder()}/home`;
  const ports = await openPorts({ home });
  await ports.ledger.record(draftsOf(history));
  await ports.ledger.close();
  return home;
}

const indexStatus = (ports: TestPorts, agent: string, project: string | undefined) =>
  ports.ledger.ask((queries) => queryStatus(queries, agent, project, ports.clock.now()));

describe("the status of agents", () => {
  it("is read from the summary without opening the index, and equals the index", async () => {
    const ports = await openPorts({ home: await closedHome() });
    expect(await ports.ledger.summary()).not.toBeNull();
    const scopes = [undefined, "acme/storefront", "acme/billing"] as const;
    const fromSummary = await Promise.all(
      scopes.map(async (project) => ({
        codex: await status.call(ports, { agent: "codex", ...(project === undefined ? {} : { project }) }, quietCall),
        all: await agents.call(ports, project === undefined ? {} : { project }, quietCall),
      })),
    );
    // The first question to the index; with it open, the summary is not consulted.
    const expected = await Promise.all(
      scopes.map(async (project) => ({
        codex: await indexStatus(ports, "codex", project),
        all: await ports.ledger.ask((queries) => queryAgents(queries, project, ports.clock.now())),
      })),
    );
    expect(fromSummary).toEqual(expected);
    expect(await ports.ledger.summary()).toBeNull();
  });

  it("is read from the index once another writer has recorded more", async () => {
    const home = await closedHome();
    const [first] = makeHistory({ ...history, seed: 6, runs: 1, agents: ["codex"] });
    if (first === undefined) throw new Error("no run was made up");
    const reader = await openPorts({ home });
    const before = await status.call(reader, { agent: "codex" }, quietCall);
    const writer = await openPorts({ home });
    await writer.ledger.record([draftOf(first)]);
    expect(await reader.ledger.summary()).toBeNull();
    expect(await status.call(reader, { agent: "codex" }, quietCall)).toMatchObject({ runs: before.runs + 1 });
  });

  it("is zero for an agent missing from the summary, and after a reset", async () => {
    const home = await closedHome();
    const ports = await openPorts({ home });
    expect(await status.call(ports, { agent: "nobody" }, quietCall)).toMatchObject({
      runs: 0,
      coins: 0,
      last_verdict: "UNKNOWN",
    });
    await ports.ledger.record([resetDraft(null)]);
    await ports.ledger.close();
    const later = await openPorts({ home });
    expect(await status.call(later, { agent: "codex" }, quietCall)).toMatchObject({ runs: 0, coins: 0, last_verdict: "UNKNOWN" });
    expect(await agents.call(later, {}, quietCall)).toEqual(
      await later.ledger.ask((queries) => queryAgents(queries, undefined, later.clock.now())),
    );
  });
});
