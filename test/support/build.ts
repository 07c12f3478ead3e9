import { join } from "node:path";
import { isBuilt, run } from "./cli.ts";

/** Builds the program once for a run of tests, unless `dist` is newer than the sources. */
export async function setup(): Promise<void> {
  if (await isBuilt()) return;
  const built = await run("npm", ["run", "--silent", "build"], { cwd: join(import.meta.dirname, "../.."), env: process.env });
  if (built.code !== 0) throw new Error(`Failed to build the program.\n${built.stdout}${built.stderr}`);
}
