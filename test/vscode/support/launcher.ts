/*
 * A VS Code executable for `runTests` of @vscode/test-electron: accepts the desktop's flags and runs the extension tests in the
 * real server with the real workbench in a headless browser. Exits with the exit code of the suite.
 */
import { appendFile, mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { launchBrowser } from "./browser.ts";
import { hostCrashes, startServer } from "./server.ts";
import { codeVersions } from "./versions.ts";
import { openContext, openWindow } from "./window.ts";

/** Timeout in ms; only ends a hanging suite. */
const hostLimitMs = 300_000;

const { values, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: "string" },
    extensionTestsPath: { type: "string" },
    "user-data-dir": { type: "string" },
    "disable-workspace-trust": { type: "boolean" },
  },
});

function required(name: keyof typeof values): string {
  const value = values[name];
  if (typeof value !== "string") throw new Error(`--${name} is missing`);
  return resolve(value);
}

const [version] = codeVersions();
if (version === undefined) throw new Error("No VS Code version was chosen");
const data = required("user-data-dir");
const folder = resolve(positionals[0] ?? ".");
await mkdir(data, { recursive: true });

const server = await startServer({
  version,
  data,
  workspaceTrust: values["disable-workspace-trust"] !== true,
  testDriver: true,
});
try {
  const browser = await launchBrowser();
  const context = await openContext(browser, { width: 1280, height: 800 });
  const ended = new Promise<number>((settle) => {
    setTimeout(() => settle(124), hostLimitMs).unref();
    void context.exposeFunction("codeAutomationExit", (code: unknown) => settle(typeof code === "number" ? code : 1));
  });
  const log = join(data, "automation.log");
  await context.exposeFunction("codeAutomationLog", (kind: unknown, args: unknown) =>
    appendFile(log, `${String(kind)} ${JSON.stringify(args)}\n`),
  );
  const remote = (path: string): string => `vscode-remote://127.0.0.1:${server.port}${path}`;
  await openWindow(context, server, folder, [
    ["extensionDevelopmentPath", remote(required("extensionDevelopmentPath"))],
    ["extensionTestsPath", remote(required("extensionTestsPath"))],
  ]);
  process.exitCode = await ended;
  const crashes = hostCrashes(await readFile(server.outputFile, "utf8"));
  if (crashes.length > 0) {
    process.stderr.write(`${crashes.join("\n")}\n`);
    process.exitCode = 70;
  }
  await browser.close();
} finally {
  await server.stop();
}
