import type { FixtureReport } from "../../support/fixtures.ts";
import type { Stage } from "./stage.ts";

/** Records a report with the command line. @throws when it is not recorded */
export async function recordByCli(stage: Stage, report: FixtureReport, agent?: string, project?: string): Promise<void> {
  const flags = [...(agent === undefined ? [] : ["--agent", agent]), ...(project === undefined ? [] : ["--project", project])];
  const { code, stdout, stderr } = await stage.cli(["update", "--json", ...flags], JSON.stringify(report));
  if (code !== 0) throw new Error(`reward-ledger update exited with ${code}\n${stdout}\n${stderr}`);
}

/** The JSON document that a command prints. @throws when its exit code is not 0 */
export async function cliJson(stage: Stage, ...args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await stage.cli(["--json", ...args]);
  if (code !== 0) throw new Error(`reward-ledger ${args.join(" ")} exited with ${code}\n${stdout}\n${stderr}`);
  return JSON.parse(stdout);
}
