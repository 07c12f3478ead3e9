import { copyFile, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { draftOf } from "../../test/support/ledger-drafts.ts";
import { atMost, type Bench, formatNumber, ratio } from "../bench.ts";
import { makeHome, makeYearOfRuns, openHome } from "../homes.ts";
import { interleave, median, quantile } from "../measure.ts";
import { projectRoot } from "../place.ts";
import { measurePeakMemory, runNode } from "../processes.ts";

const rounds = 15;
const agent = "codex";
const commandLine = join(projectRoot, "dist", "cli.cjs");
const peer = join(projectRoot, "bench", "peers", "status-sqlite.mjs");

/** `status` from a cold process. */
export const status: Bench = {
  name: "status",
  title: "`status` from a cold process",
  async run({ sizes, folder, say }) {
    await mkdir(folder, { recursive: true });
    const size = sizes.at(-1) ?? sizes[0];
    say(`${size.toLocaleString("en-US")} runs`);
    const home = join(folder, "home");
    // The last runs are recorded one at a time after the checkpoint, as in regular use: they are only in the journal.
    const pending = 200;
    const runs = makeYearOfRuns(size);
    await makeHome(home, runs.slice(0, size - pending));
    const index = join(home, "index.sqlite");
    const database = join(folder, "peer.sqlite");
    const statusArgs = ["--home", home, "status", "--agent", agent, "--json"];
    await runNode([commandLine, ...statusArgs]);

    const { ledger, close } = await openHome(home);
    for (const run of runs.slice(size - pending)) await ledger.record([draftOf(run)]);
    await close();
    await copyFile(index, database);

    const times = await interleave(rounds, {
      node: async () => void (await runNode(["-e", "0"])),
      sqlite: async () => void (await runNode([peer, database, agent])),
      summary: async () => void (await runNode([commandLine, ...statusArgs])),
      index: async () => {
        await rm(join(home, "summary.json"), { force: true });
        await runNode([commandLine, ...statusArgs]);
      },
    });
    const peak = await measurePeakMemory([commandLine, ...statusArgs]);
    const indexBytes = (await stat(index)).size;
    const medianMs = (name: string): number => median(times[name] ?? []) / 1000;
    const labels: readonly (readonly [string, string])[] = [
      ["node", "Node.js, empty program"],
      ["sqlite", "node:sqlite on an equal schema"],
      ["summary", "reward-ledger status"],
      ["index", "reward-ledger status, without summary.json"],
    ];
    return {
      columns: ["way", "median", "p95", "against node:sqlite"],
      rows: labels.map(([name, label]) => [
        label,
        `${formatNumber(medianMs(name))} ms`,
        `${formatNumber(quantile(times[name] ?? [], 0.95) / 1000)} ms`,
        ratio(medianMs(name), medianMs("sqlite")),
      ]),
      targets: [
        atMost(`cold status against node:sqlite, ${formatNumber(size)} runs`, 2, medianMs("summary") / medianMs("sqlite"), " ×"),
        atMost("index file", 60, indexBytes / 2 ** 20, " MB"),
        atMost("peak memory of status", 250, peak, " MB"),
      ],
      notes: [
        "The command compares summary.json with the ends of all logs and then answers from it, so that the time does not grow with the history. It does not load the program.",
        `The latest ${pending} runs were recorded one by one after the index was written: a cold process has to read them from the journal.`,
      ],
    };
  },
};
