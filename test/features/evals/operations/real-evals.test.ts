import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { evalTake } from "../../../../src/features/evals/operations/ingest-files.ts";
import { evalList, evalSummary, evalTrend } from "../../../../src/features/evals/operations/list.ts";
import { evalImport } from "../../../../src/features/evals/operations/push.ts";
import { evalCost, evalShow } from "../../../../src/features/evals/operations/show.ts";
import { evalTests } from "../../../../src/features/evals/operations/tests.ts";
import { compareRuns } from "../../../support/compared.ts";
import { makeEvalHistory } from "../../../support/eval-fixtures.ts";
import { temporaryFolder } from "../../../support/folder.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

/* Compares eval files with sums and counts that are computed here from the files alone, without code of the product. */

/** Published results of models, if they exist beside this repository. */
const published = join(import.meta.dirname, "../../../../../shared/data/evals");

const looseRun = z.looseObject({
  timestamp: z.string(),
  tier: z.string(),
  total: z.number(),
  passed: z.number(),
  total_cost_usd: z.number(),
  costs: z.array(z.looseObject({ cost_usd: z.number().optional() })).default([]),
  all_results: z.array(z.looseObject({ name: z.string(), suite: z.string().optional(), passed: z.boolean() })),
});

const keyOf = ({ suite, name }: Readonly<{ suite?: string | undefined; name: string }>): string => `${suite ?? ""}/${name}`;

/** A history as files in which every cost is reported. */
function writeHistory(): string {
  const folder = temporaryFolder();
  for (const [index, run] of makeEvalHistory({ seed: 395, runs: 9, tests: 40, tiers: ["e2e"] }).entries()) {
    const costs = run.costs.map((entry) => ({ ...entry, cost_usd: run.total_cost_usd }));
    writeFileSync(join(folder, `${index}.json`), JSON.stringify({ ...run, costs }));
  }
  return folder;
}

const sources: readonly (readonly [string, () => string])[] = [
  ["a made-up history", writeHistory],
  ...(existsSync(published) ? [["the eval files in ../shared/data/evals", () => published] as const] : []),
];

describe.each(sources)("%s", (_name, sourceFolder) => {
  const importHistory = async () => {
    const folder = sourceFolder();
    const files = readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(folder, name));
    const runs = files
      .map((file) => looseRun.parse(JSON.parse(readFileSync(file, "utf8"))))
      .sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    const ports = await openPorts();
    const view = await evalImport.call(ports, { folder, project: "acme/agents" }, quietCall);
    expect(view).toMatchObject({ recorded: runs.length, duplicates: 0, rejected: [] });
    return { ports, runs, files };
  };

  it("is listed unchanged, newest first, and recognized when ingested again", async () => {
    const { ports, runs, files } = await importHistory();
    const listedRuns = (await evalList.call(ports, {}, quietCall)).runs;
    expect(listedRuns.map(({ passed, total, total_cost_usd, tier }) => [tier, passed, total, total_cost_usd])).toEqual(
      runs.map((run) => [run.tier, run.passed, run.total, run.total_cost_usd]).reverse(),
    );
    const view = await evalTake.call(ports, { files, project: "acme/agents" }, quietCall);
    expect(view).toMatchObject({ recorded: 0, duplicates: runs.length, rejected: [] });
  });

  it("yields the trends counted directly from the files", async () => {
    const { ports, runs } = await importHistory();
    const outcomes = new Map<string, boolean[]>();
    for (const run of runs)
      for (const test of run.all_results) outcomes.set(keyOf(test), [...(outcomes.get(keyOf(test)) ?? []), test.passed]);
    const trends = await evalTrend.call(ports, {}, quietCall);
    expect(trends).toHaveLength(outcomes.size);
    for (const trend of trends) expect(trend.results.map(({ passed }) => passed)).toEqual(outcomes.get(keyOf(trend)));
    const { by_status, runs: count } = await evalTests.call(ports, { limit: 0 }, quietCall);
    expect(Object.values(by_status).reduce((sum, one) => sum + one, 0)).toBe(outcomes.size);
    expect(count).toBe(runs.length);
  });

  it("is compared by the tests whose outcome changed", async () => {
    const { ports, runs } = await importHistory();
    const [after, before] = (await evalList.call(ports, {}, quietCall)).runs;
    const [previousOutcomes, latestOutcomes] = [runs.at(-2), runs.at(-1)].map(
      (run) => new Map(run?.all_results.map((test) => [keyOf(test), test.passed])),
    );
    const countChanged = (from: boolean) =>
      [...(latestOutcomes ?? [])].filter(([key, passed]) => previousOutcomes?.get(key) === from && passed === !from).length;
    const view = await compareRuns(ports, { a: before?.id, b: after?.id });
    expect(view).toMatchObject({ improved: countChanged(false), regressed: countChanged(true) });
    expect(view.improved + view.regressed).toBeGreaterThan(0);
  });

  it("costs what the providers reported", async () => {
    const { ports, runs } = await importHistory();
    const reported = runs.flatMap(({ costs }) => costs).reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0);
    const bill = await evalCost.call(ports, {}, quietCall);
    expect(bill.total_usd).toBeCloseTo(reported, 5);
    expect(bill.complete).toBe(true);
    expect((await evalSummary.call(ports, {}, quietCall)).runs).toBe(runs.length);
    const newest = await evalShow.call(ports, { run: "latest", failed: true }, quietCall);
    expect(newest.tests).toHaveLength(runs.at(-1)?.all_results.filter(({ passed }) => !passed).length ?? -1);
  });
});
