import { mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ParsedEval, parseEval, toEvalDraft } from "../../src/features/evals/importers/eval-file.ts";
import { evalTrend } from "../../src/features/evals/operations/list.ts";
import { evalOverview } from "../../src/features/evals/operations/overview.ts";
import { evalTestHistory } from "../../src/features/evals/operations/test-history.ts";
import { makeEvalHistory } from "../../test/support/eval-fixtures.ts";
import { atLeast, atMost, type Bench, formatNumber, ratio } from "../bench.ts";
import { openHome, quietCall } from "../homes.ts";
import { interleave, median, timed } from "../measure.ts";
import { projectRoot } from "../place.ts";
import { runNode } from "../processes.ts";

const runs = 365;
const rounds = 7;
/** Number of runs that `eval import` records at once. */
const batchSize = 32;
const commandLine = join(projectRoot, "dist", "cli.cjs");
const peer = join(projectRoot, "bench", "peers", "eval-trend-files.mjs");

/** A year of daily eval runs: importing them, and querying the trend of each test. */
export const evals: Bench = {
  name: "evals",
  title: "Evals: 365 runs",
  async run({ sizes, folder, say }) {
    const tests = (sizes.at(-1) ?? 0) >= 100_000 ? 1_000 : 200;
    say(`${tests} tests`);
    const files = join(folder, "files");
    await mkdir(files, { recursive: true });
    const evalRuns = makeEvalHistory({ seed: 5, runs, tests, tiers: ["e2e"] });
    const parsed: ParsedEval[] = [];
    for (const [index, run] of evalRuns.entries()) {
      const text = JSON.stringify(run);
      const file = join(files, `${String(index).padStart(4, "0")}.json`);
      await writeFile(file, text);
      parsed.push(parseEval(text, file));
    }
    const home = join(folder, "home");
    await mkdir(home, { recursive: true });
    const ports = await openHome(home);
    const prices = await ports.evals.prices();
    const drafts = parsed.map((one) => toEvalDraft(one, { project: "acme/shop", source: "run.json", prices, now: new Date() }));
    const { ms: importMs } = await timed(async () => {
      for (let from = 0; from < drafts.length; from += batchSize) await ports.ledger.record(drafts.slice(from, from + batchSize));
    });
    await ports.ledger.checkpoint({ force: true });
    const results = evalRuns.reduce((sum, run) => sum + run.all_results.length, 0);
    const queryTrend = () => evalTrend.call(ports, { limit: runs }, quietCall);
    const queryOverview = (ledgerPorts: typeof ports = ports) => evalOverview.call(ledgerPorts, { period: "all" }, quietCall);
    const [first] = (await queryOverview()).tests;
    if (first === undefined) throw new Error("no test was recorded");
    const { tier, suite, name } = first;
    const queryHistory = () => evalTestHistory.call(ports, { tier, suite, name, period: "all" }, quietCall);
    await queryTrend();
    await queryHistory();
    const warm = await interleave(rounds, {
      ours: async () => void (await queryTrend()),
      panel: async () => void (await queryOverview()),
      history: async () => void (await queryHistory()),
    });
    await ports.close();
    const reopened = await openHome(home);
    const { ms: firstPanel } = await timed(() => queryOverview(reopened));
    await reopened.close();
    const indexBytes = (await stat(join(home, "index.sqlite"))).size;

    say("cold processes");
    const args = ["--home", home, "eval", "trend", "--limit", String(runs), "--json"];
    await runNode([commandLine, ...args]);
    const cold = await interleave(rounds, {
      ours: async () => void (await runNode([commandLine, ...args])),
      peer: async () => void (await runNode([peer, files])),
    });
    const [ourWarm, panelWarm, historyWarm, ourCold, peerCold] = [
      warm["ours"],
      warm["panel"],
      warm["history"],
      cold["ours"],
      cold["peer"],
    ].map((one) => median(one ?? []) / 1000);
    if (ourWarm === undefined || ourCold === undefined || peerCold === undefined) throw new Error("nothing was measured");
    if (panelWarm === undefined || historyWarm === undefined) throw new Error("nothing was measured");
    return {
      columns: ["way", "median", "against the script"],
      rows: [
        [
          "script that reads, parses and classifies the files, whole process",
          `${formatNumber(peerCold)} ms`,
          ratio(peerCold, peerCold),
        ],
        ["reward-ledger eval trend, whole process", `${formatNumber(ourCold)} ms`, ratio(ourCold, peerCold)],
        ["the same query, ledger open", `${formatNumber(ourWarm)} ms`, ratio(ourWarm, peerCold)],
        [
          "the panel's Evals tab, first query after opening the store",
          `${formatNumber(firstPanel)} ms`,
          ratio(firstPanel, peerCold),
        ],
        ["the panel's Evals tab, ledger open", `${formatNumber(panelWarm)} ms`, ratio(panelWarm, peerCold)],
        ["one test's history, latest 30 runs read completely", `${formatNumber(historyWarm)} ms`, ratio(historyWarm, peerCold)],
        [
          "recording all runs, already parsed",
          `${formatNumber(importMs)} ms`,
          `${formatNumber(results / (importMs / 1000))} results/s`,
        ],
      ],
      targets: [
        atLeast("trend, ledger open: times faster than the script", 10, peerCold / ourWarm, " ×"),
        atLeast("trend, cold process: times faster than the script", 2, peerCold / ourCold, " ×"),
        atMost("Evals tab, first query after opening the store", 300, firstPanel, " ms"),
        atLeast("recording after parsing", 200_000, results / (importMs / 1000), " results/s"),
        atMost("index", 2, indexBytes / results, " bytes per result"),
      ],
      notes: [
        `${formatNumber(results)} results of ${tests} tests. Recording serialises every result as canonical JSON once, checks it against its schema, hashes it, makes it durable in the journal, and packs it into the index. Canonical JSON takes about two fifths of the processor time (half of that is \`JSON.stringify\`), garbage collection a fifth, hashing and copying the bytes a sixth, the schema a tenth and the index a tenth. Tried without gain: building the sorted copies of similar objects from a template.`,
      ],
    };
  },
};
