import * as vscode from "vscode";
import manifest from "../../../package.json" with { type: "json" };
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { Logger } from "../../ports/ports.ts";
import { commandId } from "../commands/ids.ts";
import { findStaleConnections } from "../connect/stale-connections.ts";
import { onSettingsChange, readSettings, recordingAgent } from "../settings.ts";
import type { CallSurroundings, Store } from "../store/client.ts";
import { diskFolders } from "../workspace/folders.ts";
import { registerLanguageModelTools } from "./language-models.ts";
import { registerMcpServer } from "./mcp-server.ts";

export type AgentToolsOptions = Readonly<{
  context: vscode.ExtensionContext;
  store: Store;
  surroundings(): CallSurroundings;
  /** The ledger that agents record to: always the user's own, even while the sample is shown. */
  home(): string;
  showsSample(): boolean;
  scrub(text: string): string;
  log: Logger;
}>;

/** Warns the user when an update has moved the extension, so that the entries of connected agents are stale. */
async function warnStaleConnections({ context, store }: AgentToolsOptions): Promise<void> {
  const names = await findStaleConnections({
    memory: context.globalState,
    path: context.extensionPath,
    hosts: async () => (await store.call("connect", { check: true, user: true })).hosts,
  });
  if (names.length === 0) return;
  const reconnect = vscode.l10n.t("Connect Agents");
  const message = vscode.l10n.t("The extension has moved with its update. Connect again: {0}.", names.join(", "));
  const chosen = await vscode.window.showWarningMessage(message, reconnect);
  if (chosen === reconnect) await vscode.commands.executeCommand(commandId("connectAgents"));
}

/** Registers what coding agents use of the extension: the language model tools of VS Code, and the MCP server. */
export function composeAgentTools(options: AgentToolsOptions): vscode.Disposable {
  const { context, store, surroundings, home, showsSample, scrub, log } = options;
  const changeEmitter = new vscode.EventEmitter<void>();
  const server = registerMcpServer({
    cli: context.asAbsolutePath("dist/cli.cjs"),
    version: manifest.version,
    home,
    agent: () => recordingAgent(readSettings()),
    zone: () => readSettings().timeZone,
    folder: () => diskFolders()[0],
    changed: changeEmitter.event,
  });
  warnStaleConnections(options).catch((error: unknown) => log.warn(toErrorView(error).message));
  return vscode.Disposable.from(
    registerLanguageModelTools({ store, surroundings, showsSample, scrub }),
    server,
    changeEmitter,
    vscode.workspace.onDidChangeWorkspaceFolders(() => changeEmitter.fire()),
    vscode.workspace.onDidGrantWorkspaceTrust(() => changeEmitter.fire()),
    onSettingsChange(["home", "intake.agent", "timeZone"], () => changeEmitter.fire()),
  );
}
