import { expect, it } from "vitest";
import { openFactLog } from "../../../src/ledger/log/open.ts";
import { faultyFiles } from "../../support/faulty-files.ts";
import { draft, numbersOf, readAll, testClock, testIds, testLogger, testMachine } from "../../support/journal.ts";
import { memoryFiles, memoryLock } from "../../support/memory-files.ts";
import { between, seededRandom } from "../../support/random.ts";

class PowerFailure extends Error {}

/**
 * The power fails at every step of every file operation in turn, repeatedly on the same home, until a whole session succeeds:
 * afterwards, all acknowledged facts are there, in order, and the log can be appended to.
 */
it("keeps every acknowledged fact when the power fails at any step", async () => {
  const random = seededRandom(20260301);
  let failures = 0;
  for (let round = 0; round < 40; round += 1) {
    const files = memoryFiles();
    const acknowledged: number[] = [];
    let next = 1;
    for (let step = 1, survived = false; !survived; step += between(random, 1, 3)) {
      let steps = 0;
      let isOff = false;
      const failingFiles = faultyFiles(files, () => {
        steps += 1;
        isOff ||= steps >= step;
        if (isOff) throw new PowerFailure();
      });
      const log = await openFactLog({
        home: "/home/ledger",
        files: failingFiles,
        lock: memoryLock(),
        clock: testClock(),
        ids: testIds(round * 1000 + step),
        logger: testLogger(),
        machine: testMachine("desk"),
        segmentBytes: 1500,
      }).catch(() => null);
      try {
        for (let i = 0; i < 4 && log !== null; i += 1) {
          const batch = Array.from({ length: between(random, 1, 3) }, () => next++);
          await log.exclusively(async (writer) => {
            await writer.append(writer.seal(batch.map((n) => draft(n))));
            acknowledged.push(...batch);
          });
        }
        survived = log !== null;
      } catch {
        failures += 1;
        files.cutPower(random);
      }
    }
    const log = await openFactLog({
      home: "/home/ledger",
      files,
      lock: memoryLock(),
      clock: testClock(),
      ids: testIds(round),
      logger: testLogger(),
      machine: testMachine("desk"),
    });
    const { facts, problems } = await readAll(log);
    const present = new Set(numbersOf(facts));
    expect(acknowledged.filter((n) => !present.has(n))).toEqual([]);
    expect(problems.filter(({ kind }) => kind !== "damaged")).toEqual([]);
    expect(facts.map(({ fact }) => fact.seq)).toEqual([...facts.map(({ fact }) => fact.seq)].sort((a, b) => a - b));
    await log.close();
  }
  console.log(`power failures: ${failures}, acknowledged facts lost: 0`);
  expect(failures).toBeGreaterThan(500);
});
