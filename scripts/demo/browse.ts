import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startServer } from "../../test/vscode/support/server.ts";
import { newestCode } from "../../test/vscode/support/versions.ts";
import { paths } from "./place.ts";

/** Opens an address with the system's default program; does nothing on a machine without such a command. */
function openAddress(url: string): void {
  const command = process.platform === "darwin" ? "open" : process.platform === "win32" ? "explorer" : "xdg-open";
  const child = spawn(command, [url], { stdio: "ignore", detached: true });
  // The command may not exist; the address is printed in any case.
  child.on("error", () => undefined);
  child.unref();
}

/** Serves the demo's VS Code to the user's browser until Ctrl+C. */
export async function serveDemo(env: NodeJS.ProcessEnv): Promise<void> {
  const data = join(paths.scratch, "code-open");
  await mkdir(data, { recursive: true });
  const server = await startServer({
    version: newestCode(),
    data,
    vsix: paths.vsix,
    env,
    token: randomBytes(16).toString("hex"),
  });
  const url = server.url(paths.folder);
  console.log(`\nThe demo's VS Code is at\n\n  ${url}\n\nPress Ctrl+C to stop it.`);
  openAddress(url);
  await new Promise<void>((done) => {
    process.once("SIGINT", () => done());
    process.once("SIGTERM", () => done());
  });
  await server.stop();
}
