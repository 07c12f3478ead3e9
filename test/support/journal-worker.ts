import { writeSync } from "node:fs";
import { v7 } from "uuid";
import * as z from "zod";
import { nodeFiles } from "../../src/ledger/log/node-files.ts";
import { openFactLog } from "../../src/ledger/log/open.ts";
import { faultyFiles } from "./faulty-files.ts";

/**
 * A process that writes a log, for tests that start several of them or kill them. It reads its task from a JSON argument and
 * prints these lines on standard output: `ready`, `holding` when it holds the lock, `ack <id of the fact>` for each durable fact,
 * `error <code>` and `done`.
 */
const task = z
  .object({
    home: z.string(),
    /** Number of facts to append; absent: it appends until it is killed. */
    facts: z.int().optional(),
    /** Maximum number of facts per batch. */
    batch: z.int().default(1),
    /** Take the lock and hold it without an append. */
    hold: z.boolean().default(false),
    /** Call `process.exit` while holding the lock. */
    exitWhileHolding: z.boolean().default(false),
    /** Kill this process with SIGKILL at this step; steps count all file and lock operations. */
    killAtStep: z.int().optional(),
    segmentBytes: z.int().optional(),
    lockWaitMs: z.int().optional(),
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

async function run(): Promise<void> {
  print("ready");
  const log = await openFactLog({
    home: task.home,
    clock: { now: () => new Date() },
    ids: { next: (at) => v7({ msecs: at.getTime() }) },
    logger: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (message) => print(`error ${message}`),
    },
    files: faultyFiles(nodeFiles, step),
    onLockStep: step,
    ...(task.segmentBytes === undefined ? {} : { segmentBytes: task.segmentBytes }),
    ...(task.lockWaitMs === undefined ? {} : { lockWaitMs: task.lockWaitMs }),
  });
  if (task.hold || task.exitWhileHolding) {
    await log.exclusively(async () => {
      print("holding");
      if (task.exitWhileHolding) process.exit(0);
      // Wait until killed.
      await new Promise(() => setInterval(() => undefined, 60_000));
    });
  }
  for (let n = 0; n < (task.facts ?? Number.POSITIVE_INFINITY); ) {
    const size = Math.min(1 + (n % task.batch), (task.facts ?? Number.POSITIVE_INFINITY) - n);
    await log.exclusively(async (writer) => {
      const drafts = Array.from({ length: size }, (_, i) => ({
        kind: "test.counted",
        project: null,
        data: { n: n + i, text: "é".repeat(100) },
      }));
      const sealed = writer.seal(drafts);
      await writer.append(sealed);
      for (const { fact } of sealed) print(`ack ${fact.id}`);
    });
    n += size;
  }
  await log.close();
  print("done");
}

run().catch((error: unknown) => {
  print(`error ${error instanceof Error && "code" in error ? String(error.code) : String(error)}`);
  process.exitCode = 1;
});
