import { join } from "node:path";
import { isBuilt, isPackaged, run } from "./cli.ts";

async function runScript(name: string): Promise<void> {
  const { code, stdout, stderr } = await run("npm", ["run", "--silent", name], {
    cwd: join(import.meta.dirname, "../.."),
    env: process.env,
  });
  if (code !== 0) throw new Error(`Failed to ${name} the program.\n${stdout}${stderr}`);
}

/** Builds the program once per test run, unless `dist` is newer than the sources. */
export async function setup(): Promise<void> {
  if (!(await isBuilt())) await runScript("build");
}

/** Packages the extension, unless the package is newer than the sources. */
export async function packageExtension(): Promise<void> {
  if (!(await isPackaged())) await runScript("package");
}
