import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { cacheRoot } from "./cache.ts";
import { type CommandResult, runCommandLine } from "./command.ts";
import { type CodeServer, type Settings, startServer } from "./server.ts";
import type { CodeVersion } from "./versions.ts";
import { type CodeWindow, openWindow, prepareContext } from "./window.ts";

const projectRoot = resolve(import.meta.dirname, "../../..");

/** The packaged extension, as `npm run package` leaves it. */
export const vsixFile: string = join(projectRoot, "reward-ledger.vsix");

export type StageOptions = Readonly<{
  settings?: Settings;
  workspaceTrust?: boolean;
  /** Width and height of windows in pixels. */
  size?: Readonly<{ width: number; height: number }>;
}>;

/** A user's surroundings for one scenario: a home, a folder, VS Code with the packaged extension installed, and a terminal. */
export type Stage = Readonly<{
  version: CodeVersion;
  /** Temporary directory of the scenario; home and folder lie in it. */
  root: string;
  home: string;
  folder: string;
  server: CodeServer;
  context: BrowserContext;
  open(): Promise<Page>;
  /** Runs the packaged command line in the folder, with the stage's home. */
  cli(args: readonly string[], input?: string): Promise<CommandResult>;
  /** What the extension logged so far, in all windows. */
  log(): Promise<string>;
}>;

async function filesBelow(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function extensionLog(server: CodeServer): Promise<string> {
  const logs = (await filesBelow(join(server.data, "data", "logs"))).filter((path) =>
    path.includes("reward-ledger.reward-ledger"),
  );
  return (await Promise.all(logs.map((path) => readFile(path, "utf8")))).join("");
}

/** Keeps what tells why a scenario failed: a picture of each window, and every log. */
async function keepEvidence(name: string, stage: Stage, windows: readonly CodeWindow[]): Promise<string> {
  const directory = join(cacheRoot, "failures", `${name.replace(/[^\w.-]+/g, "-")}-${stage.version.name}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  for (const [index, { page }] of windows.entries()) {
    if (!page.isClosed()) await page.screenshot({ path: join(directory, `window-${index + 1}.png`), timeout: 10_000 });
  }
  await cp(join(stage.server.data, "data", "logs"), join(directory, "logs"), { recursive: true });
  await cp(stage.server.outputFile, join(directory, "server-output.log"));
  if (existsSync(stage.home)) await cp(stage.home, join(directory, "home"), { recursive: true });
  return directory;
}

/** Messages of the workbench's console that mean a defect of the extension's web content. */
const contentDefect = /content security policy|refused to|webview.*(error|failed)/i;

/**
 * Sets a stage up, runs the body and takes everything down again, whatever happened. When the body has passed, the stage itself is
 * judged: a webview that broke its security policy fails it. On failure pictures and logs are kept.
 */
export async function onStage<T>(
  name: string,
  version: CodeVersion,
  options: StageOptions,
  body: (stage: Stage) => Promise<T>,
): Promise<T> {
  // The home's name has what paths of real people have: spaces and letters beyond ASCII.
  const root = await mkdtemp(join(tmpdir(), "reward-ledger-"));
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
      settings: { "workbench.colorTheme": "Default Dark Modern", ...options.settings },
      workspaceTrust: options.workspaceTrust ?? false,
    });
    browser = await launchBrowser();
    const context = await browser.newContext({ viewport: options.size ?? { width: 1400, height: 900 } });
    context.setDefaultTimeout(20_000);
    await prepareContext(context);
    const running = server;
    const stage: Stage = {
      version,
      root,
      home,
      folder,
      server,
      context,
      async open() {
        const window = await openWindow(context, running, folder);
        windows.push(window);
        return window.page;
      },
      cli: (args, input) =>
        runCommandLine(process.execPath, [join(projectRoot, "dist", "cli.cjs"), ...args], {
          cwd: folder,
          env: { ...process.env, ...env },
          ...(input === undefined ? {} : { input }),
        }),
      log: () => extensionLog(running),
    };
    try {
      const result = await body(stage);
      const defects = windows.flatMap(({ errors }) => errors).filter((error) => contentDefect.test(error));
      if (defects.length > 0) throw new Error(`The workbench's console reports:\n${defects.join("\n")}`);
      return result;
    } catch (error) {
      const kept = await keepEvidence(name, stage, windows);
      console.error(`${name}, VS Code ${version.name}: pictures and logs are in ${kept}`);
      throw error;
    }
  } finally {
    await browser?.close();
    await server?.stop();
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}
