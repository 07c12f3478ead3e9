import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { checkpointThreshold, closingThreshold } from "../../src/ledger/checkpointer.ts";
import { seal } from "../../src/ledger/index/seal.ts";
import { storeFiles } from "../../src/ledger/store-files.ts";
import { calendarOf } from "../../src/platform/calendar.ts";
import { testIndexFactory } from "../support/index.ts";
import { testLogger } from "../support/journal.ts";
import { openTestLedger, type TestLedgerOptions } from "../support/ledger.ts";
import { draftsOf } from "../support/ledger-drafts.ts";
import { systemError } from "../support/memory-files.ts";
import { between, seededRandom } from "../support/random.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const directory = temporaryDirectory("checkpoint");
let homes = 0;
const newHome = (): string => join(directory, `home ${++homes}`);
const drafts = draftsOf({ seed: 11, runs: 60 });

/** A home with some runs and a checkpoint, and the answers of its ledger. */
async function filledHome() {
  const home = newHome();
  const ledger = await openTestLedger(home);
  await ledger.record(drafts);
  await ledger.checkpoint({ force: true });
  const answer = await ledger.ask(({ review }) => [review.standings(), review.ruleTallies({}), review.agentDays({})]);
  await ledger.close();
  return { home, answer, file: join(home, "index.sqlite") };
}

async function answerOf(home: string, options: TestLedgerOptions = {}) {
  const ledger = await openTestLedger(home, options);
  const answer = await ledger.ask(({ review }) => [review.standings(), review.ruleTallies({}), review.agentDays({})]);
  await ledger.close();
  return answer;
}

describe("a checkpoint", () => {
  it("contains all recorded facts, so a later process has none to apply", async () => {
    const { home, answer, file } = await filledHome();
    const ledger = await openTestLedger(home);
    expect(await ledger.inspect()).toMatchObject({ pendingFacts: 0, problems: [], indexBytes: readFileSync(file).length });
    await ledger.close();
    expect(await answerOf(home)).toEqual(answer);
  });

  it("is a database that other SQLite tools can open and find intact", async () => {
    const { file } = await filledHome();
    const database = new DatabaseSync(file, { readOnly: true });
    expect({ ...database.prepare("PRAGMA integrity_check").get() }).toEqual({ integrity_check: "ok" });
    expect({ ...database.prepare("SELECT count(*) AS runs FROM runs").get() }).toEqual({ runs: drafts.length });
    database.close();
  });

  it("is written on close when enough facts are pending, but not for a few", async () => {
    const home = newHome();
    const smallLedger = await openTestLedger(home);
    await smallLedger.record(drafts.slice(0, 3));
    await smallLedger.close();
    expect(readdirSync(home)).not.toContain("index.sqlite");
    const largeLedger = await openTestLedger(home);
    await largeLedger.record(draftsOf({ seed: 12, runs: closingThreshold(0) }));
    await largeLedger.close();
    expect(readdirSync(home)).toContain("index.sqlite");
  });

  it("is written less often as the store grows", () => {
    expect([0, 10_000, 100_000, 1_000_000].map(checkpointThreshold)).toEqual([512, 512, 512, 5000]);
    expect([0, 10_000, 100_000, 1_000_000].map(closingThreshold)).toEqual([16, 16, 50, 500]);
  });

  it("that fails keeps the previous one and reports an error, while recording continues", async () => {
    const { home, file } = await filledHome();
    const before = readFileSync(file);
    const ledger = await openTestLedger(home, {
      files: storeFiles((step, path) => {
        if (step === "sync" && path.endsWith("index.sqlite")) throw systemError("ENOSPC", path);
      }),
    });
    await ledger.record(draftsOf({ seed: 13, runs: 5 }));
    await expect(ledger.checkpoint({ force: true })).rejects.toMatchObject({ code: "disk_full" });
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(home).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    expect((await ledger.verify()).problems).toEqual([]);
    await ledger.close();
  });

  it("removes temporary files of killed processes", async () => {
    const { home } = await filledHome();
    writeFileSync(join(home, `index.sqlite.${randomUUID()}.tmp`), "half of an index");
    writeFileSync(join(home, "summary.json.11.tmp"), "{");
    writeFileSync(join(home, "notes.tmp"), "not ours");
    const ledger = await openTestLedger(home);
    await ledger.record(draftsOf({ seed: 14, runs: 1 }));
    await ledger.checkpoint({ force: true });
    await ledger.close();
    expect(readdirSync(home).filter((name) => name.endsWith(".tmp"))).toEqual(["notes.tmp"]);
  });
});

describe("an unusable index file", () => {
  it("is rebuilt automatically, regardless of which byte is damaged", async () => {
    const { home, answer, file } = await filledHome();
    const intact = readFileSync(file);
    const random = seededRandom(5);
    for (let trial = 0; trial < 60; trial++) {
      const bytes = Buffer.from(intact);
      const at = between(random, 0, bytes.length - 1);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << between(random, 0, 7));
      writeFileSync(file, trial % 4 === 3 ? bytes.subarray(0, at) : bytes);
      const logger = testLogger();
      expect(await answerOf(home, { logger })).toEqual(answer);
      expect(logger.lines.join()).toContain("building the index again");
    }
  });

  it("is rebuilt when it is garbage with a valid checksum", async () => {
    const { home, answer, file } = await filledHome();
    for (const garbage of [Buffer.alloc(5000, 7), Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(5000)])]) {
      writeFileSync(file, seal(garbage));
      expect(await answerOf(home)).toEqual(answer);
    }
  });

  it("is rebuilt when it belongs to another journal", async () => {
    const [one, other] = [await filledHome(), newHome()];
    const ledger = await openTestLedger(other);
    await ledger.record(drafts.slice(0, 2));
    await ledger.close();
    writeFileSync(join(other, "index.sqlite"), readFileSync(one.file));
    const logger = testLogger();
    await answerOf(other, { logger });
    expect(logger.lines.join()).toContain("not of this journal");
    const after = await openTestLedger(other);
    expect(await after.ask(({ review }) => review.countRuns({}))).toBe(2);
    await after.close();
  });

  it("is left alone when it is of a newer version, and an index of this version is written beside it", async () => {
    const { home, answer, file } = await filledHome();
    const newer = Buffer.from(readFileSync(file));
    newer.writeUInt32BE(99, 60);
    writeFileSync(file, newer);
    const ledger = await openTestLedger(home);
    expect(await ledger.ask(({ review }) => [review.standings(), review.ruleTallies({}), review.agentDays({})])).toEqual(answer);
    await ledger.checkpoint({ force: true });
    await ledger.close();
    expect(readFileSync(file).equals(newer)).toBe(true);
    expect(readdirSync(home)).toContain(`index-v${testIndexFactory().version}.sqlite`);
    const logger = testLogger();
    expect(await answerOf(home, { logger })).toEqual(answer);
    expect(logger.lines.join()).not.toContain("building");
  });

  it("is reported when it cannot be read", async () => {
    const { home, file } = await filledHome();
    await rm(file);
    mkdirSync(file);
    const ledger = await openTestLedger(home);
    await expect(ledger.ask(({ review }) => review.agents())).rejects.toMatchObject({ code: "store_unreadable" });
    await ledger.close();
  });
});

it("an index opened in another time zone reassigns its days, and keeps coins and streaks", async () => {
  const { home, answer } = await filledHome();
  const [standings, tallies] = answer;
  const calendar = calendarOf("Pacific/Auckland");
  const moved = await answerOf(home, { calendar });
  await rm(join(home, "index.sqlite"));
  const fresh = await answerOf(home, { calendar });
  expect(moved).toEqual(fresh);
  expect([moved[0], moved[1]]).toEqual([standings, tallies]);
  expect(moved[2]).not.toEqual(answer[2]);
});

describe("rebuilding", () => {
  it("returns the same answers and the number of facts", async () => {
    const { home, answer } = await filledHome();
    const ledger = await openTestLedger(home);
    expect(await ledger.rebuild()).toEqual({ facts: drafts.length });
    expect(await ledger.ask(({ review }) => [review.standings(), review.ruleTallies({}), review.agentDays({})])).toEqual(answer);
    expect((await ledger.inspect()).pendingFacts).toBe(0);
    await ledger.close();
  });

  it("that is cancelled keeps the current index", async () => {
    const { home, answer } = await filledHome();
    const ledger = await openTestLedger(home);
    await ledger.ask(({ review }) => review.agents());
    await expect(ledger.rebuild({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
    expect(await ledger.ask(({ review }) => [review.standings(), review.ruleTallies({}), review.agentDays({})])).toEqual(answer);
    await ledger.close();
  });
});
