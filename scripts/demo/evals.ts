import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeEvalHistory } from "../../test/support/eval-fixtures.ts";
import { mustRun } from "../../test/vscode/support/command.ts";
import type { Terminal } from "./history.ts";

const runs = 30;
const tests = 12;

/**
 * Records a month of eval runs that ends today, from files in the form in which a test run writes them.
 * @returns the number of recorded runs
 */
export async function recordEvals({ cli, env, cwd }: Terminal): Promise<number> {
  const start = new Date(Date.now() - runs * 86_400_000).toISOString();
  const folder = join(cwd, "..", "eval-history");
  await mkdir(folder, { recursive: true });
  for (const [index, run] of makeEvalHistory({ seed: 7, runs, tests, start }).entries()) {
    await writeFile(join(folder, `${String(index).padStart(2, "0")}.json`), JSON.stringify(run));
  }
  await mustRun(process.execPath, [cli, "eval", "import", folder, "--project", "acme/storefront", "--json"], { env, cwd });
  return runs;
}
