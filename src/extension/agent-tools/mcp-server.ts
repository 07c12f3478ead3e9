import * as vscode from "vscode";
import { mcpProviderId } from "./names.ts";

/*
 * Agents of VS Code find the server by itself. The interface came after the oldest version that the extension runs in, which has it as a
 * proposal that throws.
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

/** The first version of VS Code 1 with the interface. */
const firstMinor = 101;

const knowsServers = (api: object): api is ServerInterface =>
  Number(vscode.version.split(".")[1]) >= firstMinor && "McpStdioServerDefinition" in api;

/** Least major version of Node.js that the command line runs with. */
const neededNode = 22;

export type McpServerOptions = Readonly<{
  /** The command line, a file in CommonJS. */
  cli: string;
  version: string;
  /** Asked whenever VS Code asks for the server. */
  home(): string;
  agent(): string;
  zone(): string;
  folder(): string | undefined;
  /** Told when any of these is another. */
  changed: vscode.Event<void>;
}>;

/** Offers the server to agents, where VS Code can; a workspace that is not trusted gets none. */
export function offerMcpServer({ cli, version, home, agent, zone, folder, changed }: McpServerOptions): vscode.Disposable {
  const api: object = vscode;
  if (!knowsServers(api)) return new vscode.Disposable(() => undefined);
  const isNode = Number(process.versions.node.split(".")[0]) >= neededNode;
  return api.lm.registerMcpServerDefinitionProvider(mcpProviderId, {
    onDidChangeMcpServerDefinitions: changed,
    provideMcpServerDefinitions() {
      if (!vscode.workspace.isTrusted) return [];
      const env = {
        ...(isNode ? { ELECTRON_RUN_AS_NODE: "1" } : {}),
        REWARD_LEDGER_HOME: home(),
        REWARD_LEDGER_AGENT: agent(),
        ...(zone() === "" ? {} : { REWARD_LEDGER_TZ: zone() }),
      };
      const server = new api.McpStdioServerDefinition(
        "Reward Ledger",
        isNode ? process.execPath : "node",
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
