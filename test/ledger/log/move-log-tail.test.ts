import { join } from "node:path";
import { expect, it } from "vitest";
import type { JournalFiles } from "../../../src/ledger/log/files.ts";
import { type JournalLog, openFactLog } from "../../../src/ledger/log/open.ts";
import { faultyFiles } from "../../support/faulty-files.ts";
import { draft, numbersOf, readAll, record, testClock, testIds, testLogger, testMachine } from "../../support/journal.ts";
import { type MemoryFiles, memoryFiles, memoryLock } from "../../support/memory-files.ts";

const open = (files: JournalFiles, seed: number, hour = 10): Promise<JournalLog> =>
  openFactLog({
    home: "/home",
    files,
    lock: memoryLock(),
    clock: testClock(`2026-03-01T${hour}:00:00.000Z`),
    ids: testIds(seed),
    logger: testLogger(),
    machine: testMachine("desk"),
    // Each segment holds about two facts.
    segmentBytes: 700,
  });

/** A log of facts 1 … 7 over several segments, and the id of its device. */
async function sevenFacts(): Promise<Readonly<{ files: MemoryFiles; old: string; ids: readonly string[] }>> {
  const files = memoryFiles();
  const log = await open(files, 1);
  for (let n = 1; n <= 7; n += 1) await record(log, [draft(n)]);
  const { facts } = await readAll(log);
  await log.close();
  return { files, old: log.device.id, ids: facts.map(({ fact }) => fact.id) };
}

it("moves the tail of a log to another device with the same ids, and quarantines the old lines", async () => {
  const { files, old, ids } = await sevenFacts();
  const log = await open(files, 2, 12);
  const next = await log.renewDevice();
  expect(await log.adopt(old, 3)).toBe(4);
  await record(log, [draft(8)]);
  const { facts, problems } = await readAll(log);
  expect(problems).toEqual([]);
  expect(facts.map(({ fact }) => [fact.device, fact.seq, fact.data["n"]])).toEqual([
    ...[1, 2, 3].map((n) => [old, n, n]),
    ...[4, 5, 6, 7, 8].map((n, index) => [next.id, index + 1, n]),
  ]);
  expect(facts.slice(0, 7).map(({ fact }) => fact.id)).toEqual(ids);
  const { quarantine } = await log.inspect();
  expect(quarantine.length).toBeGreaterThan(1);
  const quarantined = quarantine.map(({ path }) => Buffer.from(files.readAll(path) ?? []).toString()).join("");
  for (const id of ids.slice(3)) expect(quarantined).toContain(id);
  // The old log can continue with facts that others recorded under its id.
  await log.exclusively(async (writer) => {
    const [third] = (await readAll(log)).facts.slice(2);
    await expect(writer.take(old, third === undefined ? [] : [third.fact])).resolves.toBe(0);
  });
  expect(await log.adopt(old, 3)).toBe(0);
});

it("refuses to move facts after later ones, which keeps the recording order", async () => {
  const { files, old } = await sevenFacts();
  const log = await open(files, 2, 12);
  await log.renewDevice();
  await record(log, [draft(8)]);
  await expect(log.adopt(old, 0)).rejects.toThrow("a log of their own");
  expect(numbersOf((await readAll(log)).facts)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  // Under a new id, the facts keep their times, and none is moved twice.
  const own = await log.renewDevice();
  const before = (await readAll(log)).facts.map(({ fact }) => [fact.id, fact.at]).sort();
  expect(await log.adopt(old, 0)).toBe(7);
  const { facts, problems } = await readAll(log);
  expect(problems).toEqual([]);
  expect(facts.map(({ fact }) => [fact.id, fact.at]).sort()).toEqual(before);
  expect(facts.filter(({ fact }) => fact.device === own.id)).toHaveLength(7);
  await log.renewDevice();
  expect(await log.adopt(old, 0)).toBe(0);
});

it("loses and duplicates nothing when interrupted at any step and repeated", async () => {
  let steps = Number.POSITIVE_INFINITY;
  for (let cut = 0; cut < steps; cut += 1) {
    const { files, old, ids } = await sevenFacts();
    let stepIndex = 0;
    let armed = false;
    const log = await open(
      faultyFiles(files, () => {
        if (armed && stepIndex++ === cut) throw new Error("cut off");
      }),
      2,
    );
    await log.renewDevice();
    armed = true;
    const finished = await log.adopt(old, 3).then(
      () => true,
      () => false,
    );
    armed = false;
    if (finished) steps = Math.min(steps, stepIndex);
    await log.close();
    const again = await open(files, 3);
    const between = await readAll(again);
    expect(new Set(between.facts.map(({ fact }) => fact.id)), `step ${cut}`).toEqual(new Set(ids));
    await again.adopt(old, 3);
    const after = await readAll(again);
    expect([numbersOf(after.facts), after.problems], `step ${cut}`).toEqual([[1, 2, 3, 4, 5, 6, 7], []]);
    expect(files.look(join("/home", "device.json"))).not.toBeNull();
    await again.close();
  }
  expect(steps).toBeGreaterThan(10);
});
