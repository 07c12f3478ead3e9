import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { evalCache } from "../../src/features/evals/operations/files.ts";
import { evalJudge } from "../../src/features/evals/operations/judge.ts";
import { evalList, evalSummary, evalTrend } from "../../src/features/evals/operations/list.ts";
import { evalImport, evalPush } from "../../src/features/evals/operations/push.ts";
import { evalCompare, evalCost, evalPin, evalShow } from "../../src/features/evals/operations/show.ts";
import { evalTests } from "../../src/features/evals/operations/tests.ts";
import { evalWatch } from "../../src/features/evals/operations/watch.ts";
import type { Ports } from "../../src/ports/ports.ts";
import { makeEvalHistory } from "../support/eval-fixtures.ts";
import { writeFiles } from "../support/folder.ts";
import { openPorts, quietCall } from "../support/ports.ts";

const document = readFileSync(join(import.meta.dirname, "..", "..", "docs", "cli.md"), "utf8");

/** The fields of the first object of a text, those of objects in it aside. */
function fieldsOf(text: string): readonly string[] {
  const fields: string[] = [];
  let depth = 0;
  for (const [token] of text.slice(text.indexOf("{")).matchAll(/"[^"]+"(?=[,:}\s])|[{}]/g)) {
    if (token === "{") depth += 1;
    else if (token === "}") depth -= 1;
    // A text after a colon is a value: `"reason": null | "duplicate"`.
    else if (depth === 1) fields.push(token.slice(1, -1));
    if (depth === 0) break;
  }
  return fields;
}

const withoutValues = (text: string): string => text.replaceAll(/: (?:null \\\| )?"[^"]+"(?: \\\| "[^"]+")*/g, "");

/** The fields that the document names for a command's answer. */
function documented(command: string): readonly string[] {
  const row = document.split("\n").find((line) => line.startsWith(`| \`${command}\` `));
  if (row === undefined) throw new Error(`the document has no row for ${command}`);
  return fieldsOf(withoutValues(row.slice(row.indexOf("|", 2))));
}

const fields = (value: unknown): readonly string[] =>
  Object.keys(Array.isArray(value) ? (value[0] ?? {}) : typeof value === "object" && value !== null ? value : {});

it("names the fields of every answer of the eval commands", async () => {
  const ports = await openPorts();
  const history = makeEvalHistory({ seed: 4, runs: 8, tests: 12, tiers: ["e2e"] });
  const files = Object.fromEntries(history.map((run, index) => [`runs/${index}.json`, JSON.stringify(run)]));
  writeFiles(ports.cwd, files);
  const key = "a".repeat(64);
  const cache = (input: object) => evalCache.call(ports, input, quietCall);
  const scores = { clarity: 1, completeness: 2, actionability: 3, reasoning: "r" };
  const meta = { model: "m", input_tokens: 1, output_tokens: 1, cached: false };
  const judged: Ports = {
    ...ports,
    evals: { ...ports.evals, judge: async (_prompt, schema) => ({ result: schema.parse(scores), meta }) },
  };
  const answers: readonly (readonly [command: string, answer: unknown])[] = [
    ["eval push", await evalPush.call(ports, { files: Object.keys(files) }, quietCall)],
    ["eval import", await evalImport.call(ports, { folder: "runs" }, quietCall)],
    ["eval show", await evalShow.call(ports, { run: "latest" }, quietCall)],
    ["eval compare", await evalCompare.call(ports, {}, quietCall)],
    ["eval baseline", await evalPin.call(ports, { run: "latest" }, quietCall)],
    ["eval summary", await evalSummary.call(ports, {}, quietCall)],
    ["eval trend", await evalTrend.call(ports, {}, quietCall)],
    ["eval tests", await evalTests.call(ports, {}, quietCall)],
    ["eval cost", await evalCost.call(ports, {}, quietCall)],
    ["eval cache write", await cache({ action: "write", suite: "s", key, data: "1" })],
    ["eval cache read", await cache({ action: "read", suite: "s", key })],
    ["eval cache stats", await cache({ action: "stats" })],
    ["eval cache verify", await cache({ action: "verify" })],
    ["eval cache clear", await cache({ action: "clear" })],
    ["eval judge", await evalJudge.call(judged, { text: "a" }, quietCall)],
    ["eval watch", await evalWatch.call(ports, {}, quietCall)],
  ];
  for (const [command, answer] of answers) expect([command, ...documented(command)]).toEqual([command, ...fields(answer)]);
  const [run] = (await evalList.call(ports, {}, quietCall)).runs;
  const { baseline: _, ...rest } = run ?? {};
  expect(fieldsOf(document.slice(document.indexOf("An eval run is")))).toEqual(fields(rest));
});
