import { existsSync } from "node:fs";
import { browserExecutable } from "./browser.ts";
import { nodeOf, serverFiles } from "./server-files.ts";
import { vsixFile } from "./stage.ts";
import { codeVersions } from "./versions.ts";

/** Fetches what the suites run in, once, so that no test's time is spent on it. */
export default async function setup(): Promise<void> {
  if (!existsSync(vsixFile)) throw new Error(`${vsixFile} is missing: run \`npm run package\` first`);
  await browserExecutable();
  for (const version of codeVersions()) {
    await serverFiles(version);
    await nodeOf(version);
  }
}
