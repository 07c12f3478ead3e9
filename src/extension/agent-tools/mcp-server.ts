import * as vscode from "vscode";
import { mcpProviderId } from "./names.ts";

/*
 * Agents in VS Code discover the server automatically. The API is newer than the oldest VS Code version that the extension
 * supports, where it is a proposal that throws.
 */

type ServerDefinition = Readonly<{ label: string }> & { cwd?: vscode.Uri };
type Provider = Readonly<{
  onDidChangeMcpServerDefinitions: vscode.Event<void>;
  provideMcpServerDefinitions(): readonly ServerDefinition[];
}>;
type ServerInterface = Readonly<{
  McpStdioServerDefinition: new (
    label: string,
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    version: string,
  ) => ServerDefinition;
  lm: Readonly<{ registerMcpServerDefinitionProvider(id: string, provider: Provider): vscode.Disposable }>;
}>;

/** The first minor version of VS Code 1 with the API. */
const minVsCodeMinor = 101;

const supportsMcpServers = (api: object): api is ServerInterface =>
  Number(vscode.version.split(".")[1]) >= minVsCodeMinor && "McpStdioServerDefinition" in api;

/** Minimum major version of Node.js that the command line needs. */
const minNodeMajor = 22;

export type McpServerOptions = Readonly<{
  /** Path of the command line's CommonJS bundle. */
  cli: string;
  version: string;
  /** Called whenever VS Code requests the server. */
  home(): string;
  agent(): string;
  zone(): string;
  folder(): string | undefined;
  /** Fires when any of these values changes. */
  changed: vscode.Event<void>;
}>;

/** Offers the server to agents, if VS Code supports it; an untrusted workspace gets none. */
export function registerMcpServer({ cli, version, home, agent, zone, folder, changed }: McpServerOptions): vscode.Disposable {
  const api: object = vscode;
  if (!supportsMcpServers(api)) return new vscode.Disposable(() => undefined);
  const isNodeRecent = Number(process.versions.node.split(".")[0]) >= minNodeMajor;
  return api.lm.registerMcpServerDefinitionProvider(mcpProviderId, {
    onDidChangeMcpServerDefinitions: changed,
    provideMcpServerDefinitions() {
      if (!vscode.workspace.isTrusted) return [];
      const env = {
        ...(isNodeRecent ? { ELECTRON_RUN_AS_NODE: "1" } : {}),
        REWARD_LEDGER_HOME: home(),
        REWARD_LEDGER_AGENT: agent(),
        ...(zone() === "" ? {} : { REWARD_LEDGER_TZ: zone() }),
      };
      const server = new api.McpStdioServerDefinition(
        "Reward Ledger",
        isNodeRecent ? process.execPath : "node",
        [cli, "mcp"],
        env,
        version,
      );
      const cwd = folder();
      if (cwd !== undefined) server.cwd = vscode.Uri.file(cwd);
      return [server];
    },
  });
}
