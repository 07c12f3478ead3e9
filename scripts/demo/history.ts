import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { exportFormat } from "../../src/features/reviews/importers/exported.ts";
import { type FixtureRun, makeHistory } from "../../test/support/fixtures.ts";
import { mustRun } from "../../test/vscode/support/command.ts";

/** The settings with which the demo runs the packaged command line. */
export type Terminal = Readonly<{ cli: string; env: NodeJS.ProcessEnv; cwd: string }>;

/** Length of the history in days: the trends panel's initial period, and most of the period that it is compared with. */
const days = 165;
const runs = 120;
/** Number of latest runs that are recorded one at a time. */
const singleRuns = 20;

/** Creates a history that ends today: the runs of one import file, and the later runs, which are recorded one by one. */
export function makeDemoHistory(): Readonly<{ before: readonly FixtureRun[]; after: readonly FixtureRun[] }> {
  const start = new Date(Date.now() - days * 86_400_000).toISOString();
  const history = makeHistory({ seed: 11, runs, days, start });
  return { before: history.slice(0, -singleRuns), after: history.slice(-singleRuns) };
}

/** Writes runs in the format of `reward-ledger export`. */
export async function writeExport(file: string, history: readonly FixtureRun[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const exported = history.map((run) => ({ mode: "enforce", ...run }));
  await writeFile(file, JSON.stringify({ format: exportFormat, version: 1, runs: exported }));
}

/** Records each run with a separate process of the command line, as hooks and CI steps do. */
export async function recordEach(
  { cli, env, cwd }: Terminal,
  history: readonly FixtureRun[],
  onRun: (done: number) => void,
): Promise<void> {
  for (const [index, run] of history.entries()) {
    const args = [cli, "update", "--agent", run.agent, "--project", run.project, "--json"];
    if (run.issue_number !== null) args.push("--issue", String(run.issue_number));
    for (const file of run.changed_files) args.push("--changed-file", file);
    await mustRun(process.execPath, args, { env, cwd, input: JSON.stringify(run.report) });
    onRun(index + 1);
  }
}
