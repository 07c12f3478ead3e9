import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figure, ratio } from "../../bench/bench.ts";
import { historyOf, makeHome } from "../../bench/homes.ts";
import { interleave, median } from "../../bench/measure.ts";
import { projectRoot } from "../../bench/place.ts";
import { runNode, runProgram } from "../../bench/processes.ts";
import { makeEvalHistory } from "../../test/support/eval-fixtures.ts";

const cli = join(projectRoot, "dist", "cli.cjs");
const peers = join(projectRoot, "bench", "peers");
const cache = join(tmpdir(), "reward-ledger-measure");

/** A home with so many runs; made once and kept, as the large ones take minutes. */
async function cachedHome(runs: number): Promise<string> {
  const home = join(cache, `runs-${runs}`);
  if (existsSync(home)) return home;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, "unfinished-"));
  await makeHome(join(unfinished, "home"), historyOf(runs));
  await rename(join(unfinished, "home"), home);
  await rm(unfinished, { recursive: true });
  return home;
}

const reportOf = (round: number): string =>
  JSON.stringify({
    run_id: `measured-${round}`,
    score: 104,
    summary: "measured",
    timestamp: new Date(Date.UTC(2027, 0, 10, 0, round)).toISOString(),
    findings: [],
  });

/** What each process is aimed to cost, in empty processes of Node. */
const aims: Readonly<Record<string, number>> = { "--version": 1.3, status: 1.8, update: 2.5, "eval push": 3 };

export const processColumns: readonly string[] = ["process", "runs before", "median", "× an empty process", "aim"];

/** Medians of whole processes in a home of so many runs. All are run in turn, so that whatever else the machine does meets all alike. */
export async function processRows(runs: number, rounds: number): Promise<readonly (readonly string[])[]> {
  const folder = await mkdtemp(join(tmpdir(), "reward-ledger-processes-"));
  try {
    const home = join(folder, "home");
    await cp(await cachedHome(runs), home, { recursive: true });
    const ledger = join(folder, "ledger.json");
    await writeFile(ledger, JSON.stringify({ runs: historyOf(runs).map(({ report }) => report) }));
    const file = (kind: string, round: number): string => join(folder, `${kind}-${round}.json`);
    const evals = makeEvalHistory({ seed: 3, runs: rounds + 1, tests: 12, start: "2027-01-10T00:00:00.000Z" });
    for (const [round, one] of evals.entries()) {
      await writeFile(file("eval", round), JSON.stringify(one));
      await writeFile(file("report", round), reportOf(round));
    }
    const env = { HOME: folder, REWARD_LEDGER_HOME: home, XDG_CACHE_HOME: join(folder, "cache") };
    const node = async (...args: readonly string[]): Promise<void> => void (await runNode(args, env));
    const program = (...args: readonly string[]): Promise<void> => node(cli, ...args);
    const tasks: Readonly<Record<string, (round: number) => Promise<void>>> = {
      "an empty process of Node": () => node("-e", ""),
      "--version": () => program("--version"),
      status: () => program("status"),
      update: (round) => program("update", "--from", file("report", round)),
      "eval push": (round) => program("eval", "push", file("eval", round)),
      "task add": (round) => program("task", "add", `Task ${round}`),
      "peer: Python appends to a JSON ledger": async (round) =>
        void (await runProgram("python3", [join(peers, "json-ledger.py"), ledger, reportOf(round)])),
      "peer: node:sqlite records a row": (round) =>
        node(join(peers, "sqlite-row.mjs"), join(folder, "peer.sqlite"), reportOf(round)),
    };
    // The first of each fills caches of the system and of the compiler.
    for (const task of Object.values(tasks)) await task(rounds);
    const samples = await interleave(rounds, tasks);
    const empty = median(samples["an empty process of Node"] ?? []);
    return Object.entries(samples).map(([name, times]) => [
      name,
      figure(runs),
      `${figure(median(times) / 1000)} ms`,
      ratio(median(times), empty),
      aims[name] === undefined ? "" : `≤ ${aims[name]} ×`,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
