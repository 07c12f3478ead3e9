import { packageExtension } from "../../support/build.ts";
import { browserExecutable } from "./browser.ts";
import { nodeExecutable, serverFiles } from "./server-files.ts";
import { codeVersions } from "./versions.ts";

/** Packages the extension and fetches the browser and the servers once, so that no test's time includes this. */
export default async function setup(): Promise<void> {
  await packageExtension();
  await browserExecutable();
  for (const version of codeVersions()) {
    await serverFiles(version);
    await nodeExecutable(version);
  }
}
