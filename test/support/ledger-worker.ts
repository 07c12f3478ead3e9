import { writeSync } from "node:fs";
import { v7 } from "uuid";
import * as z from "zod";
import { kindFor } from "../../src/features/agent/model/kinds.ts";
import { agentStores } from "../../src/features/agent/model/stores.ts";
import { tasks } from "../../src/features/agent/model/tasks.ts";
import { createIndexFactory } from "../../src/features/index/fact-index.ts";
import type { Draft } from "../../src/kernel/fact.ts";
import { toErrorView } from "../../src/kernel/ledger-error.ts";
import { openLedger } from "../../src/ledger/ledger.ts";
import { nodeFiles } from "../../src/ledger/log/node-files.ts";
import { openFactLog } from "../../src/ledger/log/open.ts";
import { storeFiles } from "../../src/ledger/store-files.ts";
import { calendarOf } from "../../src/platform/calendar.ts";
import { sampleRow } from "./agent-rows.ts";
import { faultyFiles } from "./faulty-files.ts";
import { makeHistory } from "./fixtures.ts";
import { draftOf, resetDraft } from "./ledger-drafts.ts";
import { between, seededRandom } from "./random.ts";

/**
 * A process that uses a ledger, for tests that start several of them or kill them. It reads its task from a JSON argument and
 * prints these lines on standard output: `ready` before its first access to the home, `ack <id of the fact>` for each recorded
 * fact, `error <why>` and `done`.
 */
const task = z
  .object({
    home: z.string(),
    wasm: z.string(),
    seed: z.int(),
    /** Number of rounds of recording; absent: it records until it is killed. */
    rounds: z.int().optional(),
    /** Kill this process with SIGKILL at this step; steps count all file and lock operations. */
    killAtStep: z.int().optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? ""));

let steps = 0;
function step(): void {
  steps += 1;
  if (steps === task.killAtStep) process.kill(process.pid, "SIGKILL");
}

function print(line: string): void {
  writeSync(1, `${line}\n`);
}

/** A row to add to one of the agent's stores. Some rows are added twice; the second one is rejected. */
function storeDraft(random: ReturnType<typeof seededRandom>): Draft {
  const store = agentStores[between(random, 0, agentStores.length - 1)] ?? tasks;
  const key = store.key.at(-1) ?? "";
  const isNumber = store.columns.some(({ name, type }) => name === key && type === "integer");
  const n = between(random, 1, 1_000_000);
  const cells = store.keyFrom === "given" ? { [key]: isNumber ? n : `row ${n}` } : {};
  return { kind: kindFor(store, "add"), project: "acme/shop", data: { row: { ...sampleRow(store), ...cells } } };
}

async function run(): Promise<void> {
  const random = seededRandom(task.seed);
  const clock = { now: () => new Date() };
  const logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (message: string) => print(`error ${message}`),
  };
  const indexes = createIndexFactory({ wasm: task.wasm, calendar: calendarOf("UTC") });
  (await indexes.create()).close();
  // Few different seeds, so that several processes record the same runs.
  const drafts = makeHistory({ seed: between(random, 1, 40), runs: 200, agents: ["ada", "bob"] }).map((one) => draftOf(one));
  print("ready");

  const log = await openFactLog({
    home: task.home,
    clock,
    ids: { next: (at) => v7({ msecs: at.getTime() }) },
    logger,
    files: faultyFiles(nodeFiles, step),
    onLockStep: step,
  });
  const ledger = openLedger({ home: task.home, log, indexes, clock, logger, files: storeFiles(step) });
  for (let round = 0; round < (task.rounds ?? Number.POSITIVE_INFINITY); round++) {
    const from = between(random, 0, drafts.length);
    const batch = [...drafts.slice(from, from + between(random, 1, 6)), ...(random() < 0.1 ? [resetDraft("ada")] : [])];
    const rows = [0, 1].map(() => storeDraft(random));
    for (const outcome of await ledger.record([...batch, ...rows])) {
      if (outcome.recorded) print(`ack ${outcome.fact.fact.id}`);
      else if (outcome.reason === "refused" && toErrorView(outcome.error).code !== "exists")
        print(`error ${outcome.error.message}`);
    }
    const choice = random();
    if (choice < 0.15) await ledger.checkpoint({ force: true });
    else if (choice < 0.2) await ledger.rebuild();
    else if (choice < 0.5)
      await ledger.ask(({ review }) => [review.standings(), review.ruleTallies({}), review.history({ limit: 5 })]);
  }
  await ledger.close();
  print("done");
}

run().catch((error: unknown) => {
  print(`error ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
