import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Draft } from "../../src/kernel/fact.ts";
import { LedgerError } from "../../src/kernel/ledger-error.ts";
import { nodeFiles } from "../../src/ledger/log/node-files.ts";
import type { RecordOutcome } from "../../src/ports/ports.ts";
import { faultyFiles } from "../support/faulty-files.ts";
import { makeHistory } from "../support/fixtures.ts";
import { openTestLedger, openTestLog } from "../support/ledger.ts";
import { draftOf, draftsOf, resetDraft, undoDraft } from "../support/ledger-drafts.ts";
import { systemError } from "../support/memory-files.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const directory = temporaryDirectory("record");
let homes = 0;
const newHome = (): string => join(directory, `home ${++homes}`);

const [first, second, third] = makeHistory({ seed: 7, runs: 3, agents: ["ada"], projects: ["acme/shop"] });
if (first === undefined || second === undefined || third === undefined) throw new Error("the history is too short");

const stateOf = (outcome: RecordOutcome | undefined): string =>
  outcome === undefined ? "missing" : outcome.recorded ? "recorded" : outcome.reason;
const codeOf = (outcome: RecordOutcome | undefined): string | undefined =>
  outcome?.recorded === false && outcome.reason === "refused" && outcome.error instanceof LedgerError
    ? outcome.error.code
    : undefined;

describe("a home that does not exist", () => {
  it("answers like an empty one and is not created by queries", async () => {
    const home = newHome();
    const ledger = await openTestLedger(home);
    expect(await ledger.ask(({ review }) => [review.agents(), review.newestAgent() ?? null, review.history({})])).toEqual([
      [],
      null,
      [],
    ]);
    expect((await ledger.verify()).facts).toBe(0);
    await ledger.checkpoint();
    await ledger.close();
    expect(existsSync(home)).toBe(false);
  });
});

describe("recording", () => {
  it("creates facts that a query, a fetch and a later process find", async () => {
    const home = newHome();
    const ledger = await openTestLedger(home);
    const [outcome] = await ledger.record([draftOf(first)]);
    if (outcome?.recorded !== true) throw new Error("it was not recorded");
    expect(await ledger.fetch(outcome.fact.place)).toEqual(outcome.fact.fact);
    expect(await ledger.ask(({ review }) => review.standing("ada").coinTenths)).toBe(first.report.reward_delta);
    await ledger.close();

    const later = await openTestLedger(home);
    expect(await later.ask(({ review }) => review.runByFact(outcome.fact.fact.id)?.runId)).toBe(first.report.run_id);
    expect((await later.inspect()).pendingFacts).toBe(1);
    await later.close();
  });

  it("includes facts recorded by another process in the next answer", async () => {
    const home = newHome();
    const here = await openTestLedger(home);
    const there = await openTestLedger(home);
    await here.record([draftOf(first)]);
    expect(await there.ask(({ review }) => review.countRuns({}))).toBe(1);
    await there.record([draftOf(second)]);
    expect(await here.ask(({ review }) => review.countRuns({}))).toBe(2);
    expect((await here.record([draftOf(second)])).map(stateOf)).toEqual(["duplicate"]);
    await Promise.all([here.close(), there.close()]);
  });

  it("splits many drafts into batches, reports progress, and stops between batches when cancelled", async () => {
    const ledger = await openTestLedger(newHome());
    const drafts = draftsOf({ seed: 3, runs: 1200 });
    const done: number[] = [];
    await ledger.record(drafts.slice(0, 600), { onProgress: (progress) => done.push(progress.done) });
    expect(done.at(-1)).toBe(600);
    expect(done.length).toBeGreaterThan(1);

    const cancel = new AbortController();
    const recording = ledger.record(drafts, { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(recording).rejects.toMatchObject({ code: "cancelled" });
    const recorded = await ledger.ask(({ review }) => review.countRuns({}));
    expect(recorded).toBeGreaterThanOrEqual(600);
    expect(recorded).toBeLessThan(1200);
    await ledger.close();
  });
});

describe("repeated runs", () => {
  it("are duplicates of the recorded fact, within a batch and across batches", async () => {
    const ledger = await openTestLedger(newHome());
    const outcomes = await ledger.record([draftOf(first), draftOf(first), draftOf(second)]);
    expect(outcomes.map(stateOf)).toEqual(["recorded", "duplicate", "recorded"]);
    const again = await ledger.record([draftOf(second), draftOf(first)]);
    expect(again.map(stateOf)).toEqual(["duplicate", "duplicate"]);
    for (const outcome of [outcomes[1], again[1]]) {
      if (outcome?.recorded !== false || outcome.reason !== "duplicate") throw new Error("not a duplicate");
      expect((await ledger.fetch(outcome.existing)).data["report"]).toEqual(first.report);
    }
    expect(await ledger.ask(({ review }) => review.countRuns({}))).toBe(2);
    await ledger.close();
  });

  it("with different content are refused as conflicts, and the others are recorded", async () => {
    const ledger = await openTestLedger(newHome());
    const other = draftOf(first, { report: { ...first.report, summary: "another story" } });
    const inBatch = await ledger.record([draftOf(first), other, draftOf(second)]);
    expect(inBatch.map(stateOf)).toEqual(["recorded", "refused", "recorded"]);
    expect(codeOf(inBatch[1])).toBe("conflict");
    const later = await ledger.record([other, draftOf(third)]);
    expect([later.map(stateOf), codeOf(later[0])]).toEqual([["refused", "recorded"], "conflict"]);
    await ledger.close();
  });

  it("are compared by content, not by where and when they were recorded", async () => {
    const ledger = await openTestLedger(newHome());
    await ledger.record([draftOf(first, { issue_number: 7 })]);
    const untimed = { timestamp_given: false, report: { ...first.report, timestamp: "2026-07-01T00:00:00.000Z" } };
    const same: readonly Draft[] = [
      draftOf(first, { issue_number: null }),
      draftOf(first, { issue_number: 7, branch: "main", commit: "abc", changed_files: [] }),
      draftOf(first, { issue_number: 7, ...untimed }),
      draftOf(first, { issue_number: 7, report: Object.fromEntries(Object.entries(first.report).toReversed()) }),
    ];
    expect((await ledger.record(same)).map(stateOf)).toEqual(same.map(() => "duplicate"));
    const different: readonly Draft[] = [
      draftOf(first, { issue_number: 8 }),
      draftOf(first, { issue_number: 7, report: { ...first.report, timestamp: "2026-07-01T00:00:00.000Z" } }),
      draftOf(first, { issue_number: 7, mode: first.report.overall_verdict === "FAIL" ? "enforce" : "shadow" }),
    ];
    expect((await ledger.record(different)).map(codeOf)).toEqual(
      different
        .slice(1)
        .map(() => "conflict")
        .concat("conflict"),
    );
    await ledger.close();
  });

  it("of different agents are different runs", async () => {
    const ledger = await openTestLedger(newHome());
    const outcomes = await ledger.record([draftOf(first), draftOf(first, { agent: "bob" })]);
    expect(outcomes.map(stateOf)).toEqual(["recorded", "recorded"]);
    expect(
      await ledger.ask(({ review }) =>
        review
          .runsById({ runId: first.report.run_id })
          .map((run) => run.agent)
          .sort(),
      ),
    ).toEqual(["ada", "bob"]);
    await ledger.close();
  });
});

describe("drafts that cannot be recorded", () => {
  it("are refused individually", async () => {
    const ledger = await openTestLedger(newHome());
    const outcomes = await ledger.record([
      { kind: "no.such.kind", project: null, data: {} },
      draftOf(first, { report: { ...first.report, score: 121 } }),
      undoDraft("01900000-0000-7000-8000-000000000001"),
      draftOf(second),
    ]);
    expect(outcomes.map(codeOf)).toEqual(["invalid_input", "invalid_input", "nothing_to_undo", undefined]);
    expect(outcomes.map(stateOf)).toEqual(["refused", "refused", "refused", "recorded"]);
    await ledger.close();
  });
});

describe("resets", () => {
  it("hide runs recorded before them, and restore them once when undone", async () => {
    const ledger = await openTestLedger(newHome());
    await ledger.record([draftOf(first), draftOf(second, { agent: "bob" })]);
    // Recording order is by time: what is recorded within the same millisecond is ordered by sequence.
    const [reset] = await ledger.record([resetDraft("ada")]);
    if (reset?.recorded !== true) throw new Error("the reset was not recorded");
    await ledger.record([draftOf(third)]);
    expect(await ledger.ask(({ review }) => [review.countRuns({ agent: "ada" }), review.countRuns({ agent: "bob" })])).toEqual([
      1, 1,
    ]);
    expect(await ledger.ask(({ review }) => review.resets().map(({ agent, hiddenRuns }) => [agent, hiddenRuns]))).toEqual([
      ["ada", 1],
    ]);
    expect((await ledger.record([draftOf(first)])).map(stateOf)).toEqual(["duplicate"]);

    const undo = undoDraft(reset.fact.fact.id);
    expect((await ledger.record([undo, undo])).map(stateOf)).toEqual(["recorded", "refused"]);
    expect((await ledger.record([undo])).map(codeOf)).toEqual(["nothing_to_undo"]);
    expect(await ledger.ask(({ review }) => review.countRuns({ agent: "ada" }))).toBe(2);
    expect((await ledger.verify()).problems).toEqual([]);
    await ledger.close();
  });
});

describe("a disk that fails while recording", () => {
  it.each(["write", "sync"] as const)("at the %s leaves journal and index unchanged", async (operation) => {
    const home = newHome();
    let failing = false;
    const files = faultyFiles(nodeFiles, (step) => {
      if (failing && step.operation === operation && step.moment === "before" && step.path.endsWith(".jsonl")) {
        throw systemError("ENOSPC", step.path);
      }
    });
    const ledger = await openTestLedger(home, { journalFiles: files });
    await ledger.record([draftOf(first)]);
    const before = await ledger.ask(({ review }) => [review.standings(), review.ruleTallies({}), review.agentDays({})]);
    failing = true;
    await expect(ledger.record([draftOf(second), resetDraft(null)])).rejects.toMatchObject({ code: "disk_full" });
    expect(await ledger.ask(({ review }) => [review.standings(), review.ruleTallies({}), review.agentDays({})])).toEqual(before);
    failing = false;
    expect((await ledger.record([draftOf(second)])).map(stateOf)).toEqual(["recorded"]);
    expect((await ledger.verify()).problems).toEqual([]);
    await ledger.close();
  });
});

it("reads logs of other devices placed beside its own, and counts the first recording of a run", async () => {
  const [here, there] = [newHome(), newHome()];
  const ledgers = { here: await openTestLedger(here), there: await openTestLedger(there) };
  await ledgers.there.record([draftOf(first), draftOf(second)]);
  await ledgers.here.record([draftOf(first, { report: { ...first.report, summary: "told again" } }), draftOf(third)]);
  await ledgers.there.close();
  for (const device of readdirSync(join(there, "journal"))) {
    cpSync(join(there, "journal", device), join(here, "journal", device), { recursive: true });
  }
  const answer = await ledgers.here.ask(({ review }) => ({
    runs: review.countRuns({}),
    place: review.recordedRun("acme/shop", "ada", first.report.run_id)?.place.device,
  }));
  expect(answer).toEqual({ runs: 3, place: ledgers.there.device.id });
  expect((await ledgers.here.verify()).problems).toEqual([]);
  await ledgers.here.close();
});

it("answers queries while a recording waits for the lock", async () => {
  const home = newHome();
  const [here, there] = [await openTestLedger(home), await openTestLedger(home)];
  await here.record([draftOf(first)]);
  const log = await openTestLog(home);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await here.close();
  const holding = log.exclusively(() => held);
  const recording = there.record([draftOf(second)]);
  expect(await there.ask(({ review }) => review.countRuns({}))).toBe(1);
  release();
  await holding;
  expect((await recording).map(stateOf)).toEqual(["recorded"]);
  await Promise.all([there.close(), log.close()]);
});
