import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type CommandResult, runCommandLine } from "./command.ts";
import { dropEvidence, evidenceFolder, evidenceName, keepEvidence, withEvidence } from "./evidence.ts";
import { counter } from "./product.ts";
import { type CodeServer, hostCrashes, startServer } from "./server.ts";
import type { CodeVersion } from "./versions.ts";
import { type CodeWindow, openContext, openWindow } from "./window.ts";

const projectRoot = resolve(import.meta.dirname, "../../..");

/** The packaged extension that `npm run package` writes. */
export const vsixFile: string = join(projectRoot, "reward-ledger.vsix");

export type StageOptions = Readonly<{
  workspaceTrust?: boolean;
  /** The scenario kills an extension host itself. */
  killsHost?: boolean;
}>;

/** A user's environment for one scenario: a home, a folder, VS Code with the packaged extension installed, and a terminal. */
export type Stage = Readonly<{
  version: CodeVersion;
  /** Temporary directory of the scenario; contains the home and the folder. */
  root: string;
  home: string;
  folder: string;
  server: CodeServer;
  context: BrowserContext;
  /** Opens a window on the folder, on another folder or on a `.code-workspace`, and waits until the coin counter is visible. */
  open(place?: string): Promise<Page>;
  /** Runs the packaged command line in the folder, with the stage's home. */
  cli(args: readonly string[], input?: string): Promise<CommandResult>;
  /** The extension's log so far, of all windows. */
  log(): Promise<string>;
}>;

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The folder into which the server has unpacked the extension. */
async function installedExtension(server: CodeServer): Promise<string> {
  const extensions = join(server.data, "extensions");
  const name = (await readdir(extensions)).find((entry) => entry.startsWith("reward-ledger."));
  if (name === undefined) throw new Error(`The extension is not installed in ${extensions}`);
  return join(extensions, name);
}

async function extensionLog(server: CodeServer): Promise<string> {
  const logs = (await filesBelow(join(server.data, "data", "logs"))).filter((path) =>
    path.includes("reward-ledger.reward-ledger"),
  );
  return (await Promise.all(logs.map((path) => readFile(path, "utf8")))).join("");
}

/** Stores every log of a failed scenario, and its home. */
async function keepLogs(scenario: string, stage: Stage): Promise<void> {
  const directory = join(evidenceFolder, `${evidenceName(scenario)}-logs`);
  await cp(join(stage.server.data, "data", "logs"), directory, { recursive: true });
  await cp(stage.server.outputFile, join(directory, "server-output.log"));
  if (existsSync(stage.home)) await cp(stage.home, join(directory, "home"), { recursive: true });
}

/** Console messages of the workbench that indicate a defect of the extension's web content. */
const contentDefect = /content security policy|refused to|webview.*(error|failed)/i;

/** Lines of the extension's log that no scenario may cause: defects, and a store that exited unexpectedly. */
const logDefect = /^.*\[error\] (internal:|Store worker ended|.*Error: ).*$/gm;

/** Defects on a stage that its scenario did not notice. */
async function hiddenDefects(stage: Stage, windows: readonly CodeWindow[], options: StageOptions): Promise<readonly string[]> {
  const crashes = hostCrashes(await readFile(stage.server.outputFile, "utf8"));
  return [
    ...windows.flatMap(({ errors }) => errors).filter((error) => contentDefect.test(error)),
    ...((await stage.log()).match(logDefect) ?? []),
    ...(options.killsHost === true ? [] : crashes),
  ];
}

/**
 * Sets up a stage, runs the body and tears everything down in any case. If the body passes, the stage itself is checked: a
 * webview that violated its security policy, a host that crashed, or a defect in the log fails it. On failure, pictures and logs
 * are stored.
 */
export async function withStage<T>(
  name: string,
  version: CodeVersion,
  options: StageOptions,
  body: (stage: Stage) => Promise<T>,
): Promise<T> {
  // The home's name has spaces and non-ASCII letters, like the paths of real users.
  const root = await mkdtemp(join(tmpdir(), "reward-ledger-"));
  const scenario = `${name} (VS Code ${version.name})`;
  await dropEvidence(scenario);
  const home = join(root, "Größe of home", ".reward-ledger");
  const folder = join(root, "storefront");
  await mkdir(folder);
  const env: NodeJS.ProcessEnv = { REWARD_LEDGER_HOME: home, REWARD_LEDGER_TZ: "UTC", HOME: root };
  const windows: CodeWindow[] = [];
  let server: CodeServer | undefined;
  let browser: Browser | undefined;
  try {
    const data = join(root, "code");
    await mkdir(data);
    server = await startServer({
      version,
      data,
      vsix: vsixFile,
      env,
      settings: { "workbench.colorTheme": "Default Dark Modern" },
      workspaceTrust: options.workspaceTrust ?? false,
    });
    browser = await launchBrowser();
    const context = await openContext(browser, { width: 1400, height: 900 });
    const startedServer = server;
    const cliFile = join(await installedExtension(server), "dist", "cli.cjs");
    const stage: Stage = {
      version,
      root,
      home,
      folder,
      server,
      context,
      async open(place = folder) {
        const window = await openWindow(context, startedServer, place);
        windows.push(window);
        // Before that the palette does not list the extension's commands, and it does not add them while it is open.
        await counter(window.page).waitFor();
        return window.page;
      },
      cli: (args, input) =>
        runCommandLine(process.execPath, [cliFile, ...args], {
          cwd: folder,
          env: { ...process.env, ...env },
          ...(input === undefined ? {} : { input }),
        }),
      log: () => extensionLog(startedServer),
    };
    try {
      const result = await body(stage);
      const defects = await hiddenDefects(stage, windows, options);
      if (defects.length > 0) throw new Error(`The scenario passed, but not unharmed:\n${defects.join("\n")}`);
      return result;
    } catch (error) {
      const pictures = await keepEvidence(scenario, windows);
      await keepLogs(scenario, stage);
      throw withEvidence(error, pictures);
    }
  } finally {
    await browser?.close();
    await server?.stop();
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}
