import { existsSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { compose } from "../../src/compose.ts";
import { ask, inboxEscalate } from "../../src/features/agent/operations/inbox.ts";
import { learnAdd, selfEditAdd } from "../../src/features/agent/operations/logs.ts";
import { taskClaim, taskList, taskMove } from "../../src/features/agent/operations/tasks.ts";
import { toErrorView } from "../../src/kernel/ledger-error.ts";

/**
 * A process that works for an agent, for tests that start several at once: it claims tasks until none is left, writes log lines,
 * or asks and escalates until it is killed. It prints these lines on standard output: `ready` (its index is loaded),
 * `claimed <id> <when, ms>`, `none left`, `asked <id>`, `escalated <id>`, `error <why>` and `done`.
 */
const task = z
  .object({
    home: z.string(),
    assets: z.string(),
    name: z.string(),
    work: z.enum(["claim", "write", "escalate"]),
    /** Whether a claimed task is finished before the next is claimed. */
    finish: z.boolean().default(true),
    /** Number of lines per log, and number of characters per line. */
    lines: z.int().default(0),
    characters: z.int().default(0),
    /** A file; once the process is ready, it waits until this file exists. */
    after: z.string().optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? ""));

const print = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const quietCall = { onProgress: () => undefined, signal: new AbortController().signal };

async function run(): Promise<void> {
  const printLogger = {
    debug: () => undefined,
    info: () => undefined,
    warn: () => undefined,
    error: (text: string) => print(`error ${text}`),
  };
  const ports = await compose({ home: task.home, assets: task.assets, logger: printLogger, cwd: task.home, env: { TZ: "UTC" } });
  await taskList.call(ports, { limit: 1 }, quietCall);
  print("ready");
  while (task.after !== undefined && !existsSync(task.after)) await sleep(1);
  if (task.work === "claim") {
    for (;;) {
      const { task: claimed } = await taskClaim.call(ports, { worker: task.name }, quietCall);
      if (claimed === null) {
        print("none left");
        break;
      }
      print(`claimed ${claimed.id} ${Date.now()}`);
      if (task.finish) await taskMove.call(ports, { id: claimed.id, state: "done", worker: task.name }, quietCall);
    }
  } else if (task.work === "escalate") {
    for (;;) {
      const { message } = await ask.call(ports, { body: `${task.name} ${"x".repeat(task.characters)}` }, quietCall);
      print(`asked ${message.id}`);
      await inboxEscalate.call(ports, { id: message.id }, quietCall);
      print(`escalated ${message.id}`);
    }
  } else {
    for (let n = 0; n < task.lines; n++) {
      const longText = `${task.name} ${n} `.padEnd(task.characters, "x");
      await learnAdd.call(ports, { observation: longText, task_id: task.name, to: "dismissed" }, quietCall);
      const edit = {
        pr: `https://example.com/${task.name}/${n}`,
        fix_class: "doc",
        file: [longText],
        before_sha: "a",
        after_sha: "b",
        confidence: 90,
        em_review: "approved",
      };
      await selfEditAdd.call(ports, edit, quietCall);
    }
  }
  await ports.close();
  print("done");
}

run().catch((error: unknown) => {
  print(`error ${toErrorView(error).message}`);
  process.exitCode = 1;
});
