import { expect, it } from "vitest";
import { allStores } from "../../src/features/agent/model/stores.ts";
import { auditAdd, auditList } from "../../src/features/agent/operations/audit.ts";
import { storePut } from "../../src/features/agent/operations/store.ts";
import { nodeFiles } from "../../src/ledger/log/node-files.ts";
import { openFactLog } from "../../src/ledger/log/open.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { systemIds } from "../../src/platform/ids.ts";
import { faultyFiles } from "../support/faulty-files.ts";
import { testLogger } from "../support/journal.ts";
import { openPorts, quietCall } from "../support/ports.ts";
import { mixedDrafts } from "../sync/support/home.ts";

it("adopt counts a fact once when a crash leaves it in both logs, and can be repeated", async () => {
  const first = await openPorts();
  const outcomes = await first.ledger.record(mixedDrafts(20, "codex"));
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

it("adopt keeps late fills attached to rows whose keys derive from fact positions", async () => {
  const { ledger, ...rest } = await openPorts();
  const ports = { ledger, ...rest };
  const old = ledger.device.id;
  await auditAdd.call(ports, { tool_name: "git_push" }, quietCall);
  const rows = async () => (await auditList.call(ports, {}, quietCall)).rows;
  const [row] = await rows();
  const key = [String(row?.["id"])];
  await storePut.call(ports, { store: "audit", key, set: ["duration_ms=1234", "error=Boom"] }, quietCall);
  const withoutId = ({ id: _, ...cells }: Readonly<Record<string, unknown>>) => cells;
  const before = (await rows()).map(withoutId);
  expect(before).toMatchObject([{ duration_ms: 1234, error: "Boom" }]);
  await ledger.renewDevice();
  expect(await ledger.adopt(old, 0)).toBe(2);
  expect((await rows()).map(withoutId)).toEqual(before);
  expect((await ledger.verify()).problems).toEqual([]);
  const again = await openPorts({ home: ports.home });
  expect((await auditList.call(again, {}, quietCall)).rows.map(withoutId)).toEqual(before);
});
