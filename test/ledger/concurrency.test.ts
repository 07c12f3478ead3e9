import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { bundleScript } from "../support/bundle.ts";
import { wasmPath } from "../support/index.ts";
import { openTestLedger } from "../support/ledger.ts";
import { startScript } from "../support/processes.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const directory = temporaryDirectory("store concurrency");
const worker = fileURLToPath(new URL("../support/ledger-worker.ts", import.meta.url));

it("several processes can record, query, checkpoint and rebuild at once", async () => {
  const script = await bundleScript(worker, directory);
  const home = join(directory, "a shared home");
  const users = Array.from({ length: 4 }, (_, n) => startScript(script, { home, wasm: wasmPath, seed: 100 + n, rounds: 15 }));
  const ended = await Promise.all(users.map((user) => user.ended));
  expect(ended.map(({ code, errors }) => ({ code, errors }))).toEqual(users.map(() => ({ code: 0, errors: "" })));
  expect(users.flatMap(({ lines }) => lines.filter((line) => line.startsWith("error ")))).toEqual([]);

  const ledger = await openTestLedger(home);
  const recorded: string[] = [];
  for await (const facts of ledger.facts()) recorded.push(...facts.map(({ fact }) => fact.id));
  const acknowledged = users.flatMap(({ lines }) => lines.flatMap((line) => (line.startsWith("ack ") ? [line.slice(4)] : [])));
  expect(acknowledged.length).toBeGreaterThan(80);
  expect(recorded.toSorted()).toEqual(acknowledged.toSorted());
  const report = await ledger.verify();
  expect(report.problems).toEqual([]);
  expect(report.facts).toBe(acknowledged.length);
  await ledger.close();
});
