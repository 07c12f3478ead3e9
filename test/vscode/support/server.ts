import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mustRun } from "./command.ts";
import { eventually, hangTimeoutMs } from "./driver.ts";
import { nodeExecutable, serverFiles } from "./server-files.ts";
import { startSupervised } from "./supervised.ts";
import type { CodeVersion } from "./versions.ts";

export type Settings = Readonly<Record<string, unknown>>;

export type ServerOptions = Readonly<{
  version: CodeVersion;
  /** Directory of the server's own data (settings, extensions, logs); created if missing. */
  data: string;
  settings?: Settings;
  /** Installed before the start. */
  vsix?: string;
  /** Whether the user must trust folders first, as on the desktop. */
  workspaceTrust?: boolean;
  /** Allows extensions and suites in development; suppresses toasts and the restart of a crashed host. */
  testDriver?: boolean;
  /** Required from every browser, as `tkn` in the address. Without a token any process on this machine may connect. */
  token?: string;
  /** Environment of the extension hosts; overrides this process's own. */
  env?: NodeJS.ProcessEnv;
}>;

export type CodeServer = Readonly<{
  version: CodeVersion;
  port: number;
  data: string;
  /** Everything the server printed. */
  outputFile: string;
  /** Address of the workbench with a folder or a `.code-workspace` open; `payload` is the workbench's `payload` parameter. */
  url(folder: string, payload?: readonly (readonly [string, string])[]): string;
  /** Adds these to the initial settings, replacing those of earlier calls; open windows follow within a fraction of a second. */
  changeSettings(settings: Settings): Promise<void>;
  stop(): Promise<void>;
}>;

/** Initial settings of every window: no network requests, no suggestions, and nothing visible that is not under test. */
const initialSettings: Settings = {
  "chat.disableAIFeatures": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
  "security.workspace.trust.startupPrompt": "never",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "update.showReleaseNotes": false,
  "workbench.enableExperiments": false,
  // Otherwise an editor that takes the focus late would close a quick input.
  "workbench.quickOpen.closeOnFocusLost": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

const mainScript = async (version: CodeVersion): Promise<string> => join(await serverFiles(version), "out", "server-main.js");

/** Starts the server of a VS Code version on a free port and waits until it listens. */
export async function startServer(options: ServerOptions): Promise<CodeServer> {
  const { data, version } = options;
  const extensions = join(data, "extensions");
  const outputFile = join(data, "server-output.log");
  await mkdir(extensions, { recursive: true });
  await mkdir(join(data, "data", "User"), { recursive: true });
  await mkdir(join(data, "data", "Machine"), { recursive: true });
  // Without this file the first two readers race to create it, and then no extension is found.
  await writeFile(join(extensions, "extensions.json"), "[]", { flag: "wx" }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  // The server watches only the machine's settings; the user's settings are read when a window opens.
  const changeSettings = (settings: Settings): Promise<void> =>
    writeFile(join(data, "data", "Machine", "settings.json"), JSON.stringify({ ...options.settings, ...settings }, null, 2));
  await writeFile(join(data, "data", "User", "settings.json"), JSON.stringify(initialSettings, null, 2));
  await changeSettings({});
  if (options.vsix !== undefined) await installVsix(version, data, options.vsix);

  const env = { ...process.env, ...options.env, EXTENSIONS_GALLERY: "{}" };
  const server = startSupervised(
    await nodeExecutable(version),
    [
      await mainScript(version),
      ...["--host", "127.0.0.1", "--port", "0", "--accept-server-license-terms"],
      ...(options.token === undefined ? ["--without-connection-token"] : ["--connection-token", options.token]),
      ...["--server-data-dir", data, "--telemetry-level", "off", "--log", "info"],
      // The suites do not need the environment of the user's login shell, and reading it takes 2 s at the first window.
      "--force-disable-user-env",
      ...(options.workspaceTrust === true ? [] : ["--disable-workspace-trust"]),
      ...(options.testDriver === true ? ["--enable-smoke-test-driver"] : []),
    ],
    { cwd: data, env, output: outputFile },
  );
  try {
    const port = await eventually("the server to listen", async () => {
      const output = await readFile(outputFile, "utf8");
      if (server.process.exitCode !== null) throw new Error(`The server of VS Code ${version.name} ended:\n${output}`);
      const found = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      return found === undefined ? undefined : Number(found);
    });
    return {
      version,
      port,
      data,
      outputFile,
      url(folder, payload = []) {
        const queryKey = folder.endsWith(".code-workspace") ? "workspace" : "folder";
        const query = new URLSearchParams({ [queryKey]: folder, payload: JSON.stringify([["skipWelcome", "true"], ...payload]) });
        if (options.token !== undefined) query.set("tkn", options.token);
        return `http://127.0.0.1:${port}/?${query.toString()}`;
      },
      changeSettings,
      stop: server.stop,
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Installs an extension package into a server's data directory, as `code --install-extension` does. */
export async function installVsix(version: CodeVersion, data: string, vsix: string): Promise<void> {
  const args = [
    await mainScript(version),
    "--accept-server-license-terms",
    "--server-data-dir",
    data,
    "--install-extension",
    vsix,
  ];
  const output = await mustRun(await nodeExecutable(version), args, {
    timeoutMs: hangTimeoutMs,
    env: { ...process.env, EXTENSIONS_GALLERY: "{}" },
  });
  if (!output.includes("successfully installed")) throw new Error(`Failed to install ${vsix}:\n${output}`);
}

/** The server's messages about extension hosts that did not exit normally. */
export const hostCrashes = (output: string): readonly string[] =>
  output.match(/Extension Host Process exited with code: (?!0, signal: null).*/g) ?? [];
