import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setInterval as every } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openFactLog } from "../../../src/ledger/log/open.ts";
import { bundleScript } from "../../support/bundle.ts";
import { readAll, testClock, testIds, testLogger } from "../../support/journal.ts";
import { startScript } from "../../support/processes.ts";
import { temporaryDirectory } from "../../support/temporary.ts";

const directory = temporaryDirectory("concurrency");
const worker = fileURLToPath(new URL("../../support/journal-worker.ts", import.meta.url));

it("several processes append concurrently, each fact once and in one gapless log", async () => {
  const script = await bundleScript(worker, directory);
  const home = join(directory, "a new home");
  const writers = Array.from({ length: 5 }, () => startScript(script, { home, facts: 150, batch: 4, segmentBytes: 20_000 }));

  // A reader follows the log from the start; facts that it has seen never change.
  const reader = await openFactLog({ home, clock: testClock(), ids: testIds(1), logger: testLogger() });
  const first = await readAll(reader);
  const seen = first.facts.map(({ fact }) => fact.id);
  let { cursors } = first;
  let running = true;
  const ended = Promise.all(writers.map((writer) => writer.ended)).finally(() => {
    running = false;
  });
  for await (const _ of every(5)) {
    const last = !running;
    const { facts, problems, rewound, cursors: after } = await readAll(reader, cursors);
    expect([problems, rewound]).toEqual([[], []]);
    seen.push(...facts.map(({ fact }) => fact.id));
    cursors = after;
    if (last) break;
  }

  expect((await ended).map(({ code, errors }) => ({ code, errors }))).toEqual(writers.map(() => ({ code: 0, errors: "" })));
  const acknowledged = writers.flatMap(({ lines }) =>
    lines.filter((line) => line.startsWith("ack ")).map((line) => line.slice(4)),
  );
  expect(acknowledged).toHaveLength(5 * 150);
  const { facts, problems } = await readAll(reader);
  expect(problems).toEqual([]);
  expect(facts.map(({ fact }) => fact.seq)).toEqual(Array.from({ length: 750 }, (_, i) => i + 1));
  expect(facts.map(({ fact }) => fact.id).toSorted()).toEqual(acknowledged.toSorted());
  expect(seen).toEqual(facts.map(({ fact }) => fact.id));
  expect(readdirSync(join(home, "journal"))).toHaveLength(1);
  expect(readdirSync(home).toSorted()).toEqual(["device.json", "heads", "journal"]);
  await reader.close();
});
