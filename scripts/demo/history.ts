import { makeHistory } from "../../test/support/fixtures.ts";
import { mustRun } from "../../test/vscode/support/command.ts";

/** How the demo runs the packaged command line. */
export type Terminal = Readonly<{ cli: string; env: NodeJS.ProcessEnv; cwd: string }>;

/** Days the history goes back: the period that the trends panel shows at first, and most of the one it compares with. */
const days = 165;
const runs = 120;

/**
 * Records a history that ends today, one process of the command line a run, as hooks and CI steps do it.
 * @returns how many runs were recorded
 */
export async function recordHistory({ cli, env, cwd }: Terminal, onRun: (done: number, total: number) => void): Promise<number> {
  const start = new Date(Date.now() - days * 86_400_000).toISOString();
  const history = makeHistory({ seed: 11, runs, days, start });
  for (const [index, run] of history.entries()) {
    const args = [cli, "update", "--agent", run.agent, "--project", run.project, "--json"];
    if (run.issue_number !== null) args.push("--issue", String(run.issue_number));
    for (const file of run.changed_files) args.push("--changed-file", file);
    await mustRun(process.execPath, args, { env, cwd, input: JSON.stringify(run.report) });
    onRun(index + 1, history.length);
  }
  return history.length;
}
