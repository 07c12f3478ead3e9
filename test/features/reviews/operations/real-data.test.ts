import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { importRuns } from "../../../../src/features/intake/operations/import.ts";
import { status } from "../../../../src/features/reviews/operations/status.ts";
import { update } from "../../../../src/features/reviews/operations/update.ts";
import { violations } from "../../../../src/features/reviews/operations/violations.ts";
import { makeHistory } from "../../../support/fixtures.ts";
import { openPorts, quietCall } from "../../../support/ports.ts";

/*
 * Compares the ledger with an independent fold that is written here from the format's description alone: floats, a plain loop,
 * no code of the product.
 */

const looseReport = z.looseObject({
  run_id: z.string(),
  timestamp: z.string(),
  score: z.number(),
  findings: z.array(z.looseObject({ rule: z.string(), severity: z.string(), fixable: z.boolean().optional() })),
});
type Sample = Readonly<{ agent: string; file: string; report: z.infer<typeof looseReport> }>;

/** Reports `NNNN.<agent>.json` from another project's history, if they exist beside this repository. */
const folder = join(import.meta.dirname, "../../../../../shared/data/reviews");

const folderSamples = (): readonly Sample[] =>
  readdirSync(folder).map((file) => ({
    agent: file.replace(/^\d+\.(.*)\.json$/, "$1"),
    file: join(folder, file),
    report: looseReport.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))),
  }));

const generatedSamples = (): readonly Sample[] =>
  makeHistory({ seed: 395, runs: 240 }).map(({ agent, report }, index) => ({
    agent,
    file: `${index}.json`,
    report: looseReport.parse(report),
  }));

type AgentTotals = { coins: number; pass: number; block: number; counts: Record<string, number> };

function naiveFold(samples: readonly Sample[]): Map<string, AgentTotals> {
  const agents = new Map<string, AgentTotals>();
  const ordered = [...samples].sort((a, b) => Date.parse(a.report.timestamp) - Date.parse(b.report.timestamp));
  for (const { agent, report } of ordered) {
    const state = agents.get(agent) ?? { coins: 0, pass: 0, block: 0, counts: {} };
    agents.set(agent, state);
    const blocked = report.findings.some((one) => one.severity === "error" && one.fixable !== true);
    const failed = blocked || report.score < 50;
    state.pass = failed ? 0 : state.pass + 1;
    state.block = failed ? state.block + 1 : 0;
    state.coins += (report.score - 80) / 10;
    if (!failed && state.pass >= 5) state.coins += 0.5;
    if (failed && state.block >= 3) state.coins -= 1;
    state.coins = Math.round(state.coins * 100) / 100;
    for (const { rule } of report.findings) state.counts[rule] = (state.counts[rule] ?? 0) + 1;
  }
  return agents;
}

const ranked = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .sort(([ruleA, a], [ruleB, b]) => b - a || (ruleA < ruleB ? -1 : 1))
    .map(([rule, count]) => ({ rule, count }));

const sources = [
  ["a made-up history", generatedSamples] as const,
  ...(existsSync(folder) ? [["the reports in ../shared/data/reviews", folderSamples] as const] : []),
];

describe.each(sources)("%s", (_name, load) => {
  it("gives the same coins, streaks and violations as an independent fold when recorded one by one", async () => {
    const samples = load();
    const ports = await openPorts();
    for (const { agent, report } of samples) await update.call(ports, { text: JSON.stringify(report), agent }, quietCall);

    const folded = naiveFold(samples);
    expect(folded.size).toBeGreaterThan(1);
    for (const [agent, { coins, pass, block, counts }] of folded) {
      const view = await status.call(ports, { agent }, quietCall);
      expect(view).toMatchObject({ agent, streak_pass: pass, streak_block: block, top_violations: ranked(counts).slice(0, 3) });
      expect(view.coins.toFixed(2)).toBe(coins.toFixed(2));
      const tallies = await violations.call(ports, { agent }, quietCall);
      expect(tallies.map(({ rule, count }) => ({ rule, count }))).toEqual(ranked(counts));
    }
  });

  it("gives the same coins and streaks as that fold when imported at once as one agent", async () => {
    const samples = load();
    const ports = await openPorts();
    for (const { file, report } of samples) await ports.files.write(file.replace(/^.*[/\\]/, ""), JSON.stringify(report));
    const view = await importRuns.call(ports, { paths: ["."], agent: "everyone" }, quietCall);
    expect(view).toMatchObject({ recorded: samples.length, rejected: [] });
    const folded = naiveFold(samples.map((sample) => ({ ...sample, agent: "everyone" }))).get("everyone");
    expect(await status.call(ports, { agent: "everyone" }, quietCall)).toMatchObject({
      coins: folded?.coins,
      streak_pass: folded?.pass,
      streak_block: folded?.block,
      runs: samples.length,
    });
  });
});
