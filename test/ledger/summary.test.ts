import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Ledger } from "../../src/ports/ports.ts";
import { summary } from "../../src/ports/summary.ts";
import { summaryFile, summaryLimits, summaryVersion } from "../../src/ports/summary-limits.ts";
import { openTestLedger } from "../support/ledger.ts";
import { draftsOf } from "../support/ledger-drafts.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const directory = temporaryDirectory("summary");
let homes = 0;
const newHome = (): string => join(directory, `home ${++homes}`);
const drafts = draftsOf({ seed: 21, runs: 80 });

const read = (home: string) => summary.parse(JSON.parse(readFileSync(join(home, summaryFile), "utf8")));

/** The numbers that a summary should have. */
const expectedNumbers = (ledger: Ledger) =>
  ledger.ask(({ review }) => ({
    newest: review.newestAgent(),
    agents: new Map(
      review.standings().map((one) => [
        one.agent,
        {
          coins: one.coinTenths,
          runs: one.runs,
          top: review.ruleTallies({ agent: one.agent, limit: 3 }).map(({ rule, count }) => ({ rule, count })),
        },
      ]),
    ),
    pairs: review.projects().flatMap((project) => review.standings(project).map((one) => [one.agent, project, one.coinTenths])),
  }));

describe("summary.json", () => {
  it("matches the index when a process ends", async () => {
    const home = newHome();
    const ledger = await openTestLedger(home);
    await ledger.record(drafts);
    const wanted = await expectedNumbers(ledger);
    await ledger.close();
    const found = read(home);
    expect(found.newest_agent).toBe(wanted.newest);
    expect(found.heads).toEqual([
      { device: ledger.device.id, seq: drafts.length, hash: expect.any(String), segment: 1, offset: expect.any(Number) },
    ]);
    expect(
      new Map(found.agents.map((one) => [one.agent, { coins: one.coin_tenths, runs: one.runs, top: one.top_violations }])),
    ).toEqual(wanted.agents);
    expect(found.projects.map((one) => [one.agent, one.project, one.coin_tenths]).sort()).toEqual(wanted.pairs.sort());
    const times = found.agents.map((one) => one.last_run_at);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it("is updated soon after an append while the process runs", async () => {
    const home = newHome();
    const ledger = await openTestLedger(home);
    await ledger.record(drafts.slice(0, 1));
    await expect.poll(() => read(home).heads[0]?.seq).toBe(1);
    await ledger.record(drafts.slice(1, 3));
    await expect.poll(() => read(home).heads[0]?.seq).toBe(3);
    await ledger.close();
  });

  it("is not rewritten when nothing was recorded", async () => {
    const home = newHome();
    const first = await openTestLedger(home);
    await first.record(drafts.slice(0, 2));
    await first.close();
    const written = readFileSync(join(home, summaryFile), "utf8");
    const second = await openTestLedger(home);
    await second.ask(({ review }) => review.agents());
    // Closing completes pending writes.
    await second.close();
    expect(readFileSync(join(home, summaryFile), "utf8")).toBe(written);
  });

  it("is repaired by the next process when missing, outdated or damaged", async () => {
    const home = newHome();
    const first = await openTestLedger(home);
    await first.record(drafts.slice(0, 2));
    await first.close();
    const staleText = readFileSync(join(home, summaryFile), "utf8");
    const second = await openTestLedger(home);
    await second.record(drafts.slice(2, 4));
    await second.close();
    for (const content of [staleText, "{", "[]", ""]) {
      writeFileSync(join(home, summaryFile), content);
      const ledger = await openTestLedger(home);
      await ledger.ask(({ review }) => review.agents());
      await ledger.close();
      expect(read(home).heads[0]?.seq).toBe(4);
    }
  });

  it("of a newer version is left alone", async () => {
    const home = newHome();
    const first = await openTestLedger(home);
    await first.record(drafts.slice(0, 1));
    await first.close();
    const newer = JSON.stringify({ version: summaryVersion + 1, more: true });
    writeFileSync(join(home, summaryFile), newer);
    const second = await openTestLedger(home);
    await second.record(drafts.slice(1, 2));
    await second.close();
    expect(readFileSync(join(home, summaryFile), "utf8")).toBe(newer);
  });

  it("stays short with many agents and projects", async () => {
    const home = newHome();
    const names = Array.from({ length: summaryLimits.agents + 20 }, (_, n) => `agent ${n}`);
    const [head = "", ...rest] = names;
    const ledger = await openTestLedger(home);
    await ledger.record(draftsOf({ seed: 22, runs: 900, agents: [head, ...rest], projects: ["a", "b", "c", "d", "e", "f"] }));
    await ledger.close();
    const found = read(home);
    expect([found.agents.length, found.projects.length]).toEqual([summaryLimits.agents, summaryLimits.projects]);
    expect(found.agents[0]?.agent).toBe(found.newest_agent);
  });

  it("is not created for a home without facts", async () => {
    const home = newHome();
    const ledger = await openTestLedger(home);
    await ledger.ask(({ review }) => review.agents());
    await ledger.close();
    expect(existsSync(join(home, summaryFile))).toBe(false);
  });
});
