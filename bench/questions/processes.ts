import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeEvalHistory } from "../../test/support/eval-fixtures.ts";
import { atMost, type Bench, formatNumber, ratio } from "../bench.ts";
import { cachedHome, makeYearOfRuns } from "../homes.ts";
import { median } from "../measure.ts";
import { projectRoot } from "../place.ts";
import { measureCpuTime } from "../processes.ts";

const cli = join(projectRoot, "dist", "cli.cjs");
const peers = join(projectRoot, "bench", "peers");

const makeReportText = (round: number): string =>
  JSON.stringify({
    run_id: `measured-${round}`,
    score: 104,
    summary: "measured",
    timestamp: new Date().toISOString(),
    findings: [],
  });

/** Target cost of each process, in multiples of an empty Node process. */
const aims: Readonly<Record<string, number>> = {
  "--version": 1.3,
  hook: 1.3,
  statusline: 1.5,
  status: 1.8,
  update: 2.5,
  "eval push": 3,
};
/** Cost of each process at commit 0e59489, before each operation had one definition, with 1 000 and with 100 000 runs. */
const earlierCosts: Readonly<Record<string, readonly [small: number, large: number]>> = {
  "--version": [1.7, 1.7],
  status: [3.6, 2.9],
  update: [6.7, 7.9],
  "eval push": [6, 8],
};
const costBefore = (name: string, runs: number): string => {
  const [small, large] = earlierCosts[name] ?? [];
  const known = runs === 1_000 ? small : runs === 100_000 ? large : undefined;
  return known === undefined ? "" : ratio(known, 1);
};

/** Maximum ratio of a process's cost at the largest size to its cost at the smallest. */
const maxGrowth = 1.2;

const emptyProcess = "an empty process of Node";

/** Median user and system time of a process at one size: in ms, and in multiples of an empty process. */
type Cost = Readonly<{ process: string; ms: number; times: number }>;

/** Runs the tasks in turn, so that other load on the machine affects all of them equally, and returns their medians. */
async function measureCosts(
  rounds: number,
  tasks: Readonly<Record<string, (round: number) => Promise<number>>>,
): Promise<readonly Cost[]> {
  const samples = new Map<string, number[]>(Object.keys(tasks).map((name) => [name, []]));
  // The first run of each task fills the caches of the system and of the compiler.
  for (const task of Object.values(tasks)) await task(rounds);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, task] of Object.entries(tasks)) samples.get(name)?.push(await task(round));
  }
  const medians = [...samples].map(([name, durations]) => ({ process: name, ms: median(durations.toSorted((a, b) => a - b)) }));
  const emptyMs = medians.find((each) => each.process === emptyProcess)?.ms ?? Number.NaN;
  return medians.map((each) => ({ ...each, times: each.ms / emptyMs }));
}

async function processCosts(runs: number, rounds: number): Promise<readonly Cost[]> {
  const folder = await mkdtemp(join(tmpdir(), "reward-ledger-processes-"));
  try {
    const home = join(folder, "home");
    await cp(await cachedHome(runs), home, { recursive: true });
    // A separate home for the hook, so that its events do not affect the cost of the other processes.
    const hookHome = join(folder, "hooked");
    await cp(home, hookHome, { recursive: true });
    const event = join(folder, "event.json");
    await writeFile(event, JSON.stringify({ session_id: "s", tool_name: "Bash", tool_input: { command: "npm test" } }));
    const ledger = join(folder, "ledger.json");
    await writeFile(ledger, JSON.stringify({ runs: makeYearOfRuns(runs).map(({ report }) => report) }));
    const file = (kind: string, round: number): string => join(folder, `${kind}-${round}.json`);
    // One run per day until now: a run that is dated ahead is recorded differently.
    const start = new Date(Date.now() - (rounds + 1) * 24 * 3_600_000).toISOString();
    const evals = makeEvalHistory({ seed: 3, runs: rounds + 1, tests: 12, start });
    for (const [round, one] of evals.entries()) {
      await writeFile(file("eval", round), JSON.stringify(one));
      await writeFile(file("report", round), makeReportText(round));
    }
    const env = { HOME: folder, REWARD_LEDGER_HOME: home, XDG_CACHE_HOME: join(folder, "cache") };
    const node = (...args: readonly string[]): Promise<number> => measureCpuTime(process.execPath, args, env);
    const program = (...args: readonly string[]): Promise<number> => node(cli, ...args);
    return await measureCosts(rounds, {
      [emptyProcess]: () => node("-e", ""),
      "--version": () => program("--version"),
      hook: () =>
        measureCpuTime(process.execPath, [cli, "hook", "PreToolUse", "--enforce-budget", "--home", hookHome], env, event),
      statusline: () => program("statusline", "--agent", "codex"),
      status: () => program("status", "--agent", "codex"),
      overview: () => program("overview"),
      update: (round) => program("update", "--from", file("report", round)),
      "eval push": (round) => program("eval", "push", file("eval", round)),
      "task add": (round) => program("task", "add", `Task ${round}`),
      "peer: Python appends to a JSON ledger": (round) =>
        measureCpuTime("python3", [join(peers, "json-ledger.py"), ledger, makeReportText(round)], env),
      "peer: node:sqlite records a row": (round) =>
        node(join(peers, "sqlite-row.mjs"), join(folder, "peer.sqlite"), makeReportText(round)),
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const processColumns: readonly string[] = [
  "process",
  "runs before",
  "user and system time",
  "× an empty process",
  "at 0e59489",
  "aim",
];

const rowsOf = (runs: number, costs: readonly Cost[]): readonly (readonly string[])[] =>
  costs.map((cost) => [
    cost.process,
    formatNumber(runs),
    `${formatNumber(cost.ms)} ms`,
    ratio(cost.times, 1),
    costBefore(cost.process, runs),
    aims[cost.process] === undefined ? "" : `≤ ${aims[cost.process]} ×`,
  ]);

/** Medians of whole processes on a home with `runs` runs. */
export const processRows = async (runs: number, rounds: number): Promise<readonly (readonly string[])[]> =>
  rowsOf(runs, await processCosts(runs, rounds));

/** The cost of one command as a whole process, compared with an empty process and with other tools. */
export const processes: Bench = {
  name: "processes",
  title: "Whole processes",
  async run({ sizes, say }) {
    const [small] = sizes;
    const large = sizes.at(-1) ?? small;
    const measured = new Map<number, readonly Cost[]>();
    for (const runs of new Set([small, large])) {
      say(`${runs.toLocaleString("en-US")} runs`);
      measured.set(runs, await processCosts(runs, 15));
    }
    const timesOf = (runs: number, name: string): number =>
      measured.get(runs)?.find((cost) => cost.process === name)?.times ?? Number.NaN;
    return {
      columns: processColumns,
      rows: [...measured].flatMap(([runs, costs]) => rowsOf(runs, costs)),
      targets: Object.entries(aims).flatMap(([name, aim]) => [
        atMost(`${name}, ${formatNumber(small)} runs`, aim, timesOf(small, name), " ×"),
        atMost(`${name}, growth to ${formatNumber(large)} runs`, maxGrowth, timesOf(large, name) / timesOf(small, name), " ×"),
      ]),
      notes: [
        "User and system time instead of wall-clock time, which depends on other load on the machine. Most of the remaining time of a command that opens the index is the start of SQLite in WebAssembly, see [the decision](../docs/decisions/0027-mechanisms-measured.md).",
      ],
    };
  },
};
