import { expect, it } from "vitest";
import { allStores } from "../../src/domain/agent/stores.ts";
import { nodeFiles } from "../../src/journal/node-files.ts";
import { openFactLog } from "../../src/journal/open.ts";
import { systemClock } from "../../src/system/clock.ts";
import { systemIds } from "../../src/system/ids.ts";
import { faultyFiles } from "../support/faulty-files.ts";
import { testLogger } from "../support/journal.ts";
import { openPorts } from "../support/ports.ts";
import { everything } from "../sync/support/home.ts";

it("counts a fact once that a crash has left in the log it was moved from, too, and can be done again", async () => {
  const first = await openPorts();
  const outcomes = await first.ledger.record(everything(20, "codex"));
  expect(outcomes.every(({ recorded }) => recorded)).toBe(true);
  const totals = ({ ledger }: typeof first) =>
    ledger.ask(({ review, agent, eval: evals }) => ({
      standings: review.standings(),
      rows: allStores.map((store) => agent.list(store, {}).rows.length),
      runs: evals.everyRun().length,
    }));
  const before = await totals(first);
  const old = first.ledger.device.id;
  const { id } = await first.ledger.renewDevice();
  const log = await openFactLog({
    home: first.home,
    clock: systemClock,
    ids: systemIds(),
    logger: testLogger(),
    files: faultyFiles(nodeFiles, ({ operation, path }) => {
      if (operation === "replace" && path.includes("quarantine")) throw new Error("cut off");
    }),
  });
  await expect(log.adopt(old, 5)).rejects.toThrow();
  await log.close();
  const seen: unknown[] = [];
  for await (const placed of first.ledger.facts()) seen.push(...placed);
  expect(seen).toHaveLength(35);
  expect(await totals(first)).toEqual(before);

  expect(await first.ledger.adopt(old, 5)).toBe(0);
  expect(await totals(first)).toEqual(before);
  const again = await openPorts({ home: first.home });
  expect(await totals(again)).toEqual(before);
  const { facts, problems, devices } = await again.ledger.verify();
  expect([facts, problems, devices.map(({ device, facts: count }) => [device, count])]).toEqual([
    20,
    [],
    [
      [old, 5],
      [id, 15],
    ],
  ]);
});
