import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Logger } from "../../ports/ports.ts";
import type { HostMessage, PanelCommand, PanelHost, PanelNotice } from "../../protocol/trends-panel.ts";
import { trendsHtml } from "./html.ts";
import type { PanelReceiver } from "./requests.ts";

const viewType = "rewardLedger.trends";

/** What the panel shows when opened: a tab, parts of the filter, a run. */
export type TrendsTarget = Omit<Extract<HostMessage, { type: "show" }>, "type">;

export type TrendsPanelOptions = Readonly<{
  extensionUri: vscode.Uri;
  host: PanelHost;
  command(name: PanelCommand): void;
  log: Logger;
}>;

/** The trends panel: at most one per window. */
export type TrendsPanel = Readonly<{
  /** Opens the panel or brings it to the front, and shows `show`. `first` applies as well if the panel is newly opened. */
  open(show: TrendsTarget, first: TrendsTarget): void;
  /** Notifies the panel that the ledger has changed. A hidden panel has no webview; it requests data when it is shown again. */
  changed(): void;
  dispose(): void;
}>;

/** Creates the panel's controller and registers its restoration after a reload. */
export function createTrendsPanel({ extensionUri, host, command, log }: TrendsPanelOptions): TrendsPanel {
  const state: { panel: vscode.WebviewPanel | undefined; ready: boolean; pending: TrendsTarget | undefined } = {
    panel: undefined,
    ready: false,
    pending: undefined,
  };
  const root = vscode.Uri.joinPath(extensionUri, "dist", "webview");

  const post = (message: HostMessage): void => void state.panel?.webview.postMessage(message);
  const showPending = (): void => {
    if (state.pending === undefined || !state.ready) return;
    post({ type: "show", ...state.pending });
    state.pending = undefined;
  };
  const handleNotice = (message: PanelNotice): void => {
    switch (message.type) {
      case "ready":
        state.ready = true;
        post({ type: "init", locale: vscode.env.language, strings: vscode.l10n.bundle ?? {} });
        showPending();
        break;
      case "painted":
        log.debug(`Trends panel painted ${message.points} points in ${Math.round(message.ms)} ms`);
        break;
      case "failed":
        log.error(`Trends panel failed: ${message.message}`);
        break;
      case "command":
        command(message.command);
        break;
      default:
        message satisfies never;
    }
  };
  const receiver: PanelReceiver = {
    host,
    reply: post,
    notice: handleNotice,
    refused: (reason) => log.warn(`Trends panel sent: ${reason}`),
  };
  const attach = (panel: vscode.WebviewPanel): void => {
    state.panel = panel;
    state.ready = false;
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, "media", "coin.svg"),
      dark: vscode.Uri.joinPath(extensionUri, "media", "coin-dark.svg"),
    };
    panel.webview.options = { enableScripts: true, localResourceRoots: [root], enableForms: false };
    panel.webview.onDidReceiveMessage(async (raw: unknown) => {
      const { receivePanelMessage } = await import("./requests.ts");
      await receivePanelMessage(raw, receiver);
    });
    // A hidden webview is destroyed, so messages posted meanwhile would be lost.
    panel.onDidChangeViewState(() => {
      if (!panel.visible) state.ready = false;
    });
    panel.onDidDispose(() => {
      if (state.panel === panel) state.panel = undefined;
    });
    const uri = (name: string): string => panel.webview.asWebviewUri(vscode.Uri.joinPath(root, name)).toString();
    panel.webview.html = trendsHtml({
      nonce: randomBytes(16).toString("base64"),
      cspSource: panel.webview.cspSource,
      script: uri("trends.js"),
      style: uri("trends.css"),
      title: panel.title,
      locale: vscode.env.language,
    });
  };

  const serializer = vscode.window.registerWebviewPanelSerializer(viewType, {
    deserializeWebviewPanel: async (panel) => attach(panel),
  });
  return {
    open: (show, first) => {
      const isNew = state.panel === undefined;
      const filter = { ...(isNew ? first.filter : {}), ...state.pending?.filter, ...show.filter };
      state.pending = {
        ...(isNew ? first : {}),
        ...state.pending,
        ...show,
        ...(Object.keys(filter).length === 0 ? {} : { filter }),
      };
      if (state.panel === undefined) {
        attach(
          vscode.window.createWebviewPanel(viewType, vscode.l10n.t("Reward Ledger Trends"), vscode.ViewColumn.Active, {
            enableScripts: true,
            localResourceRoots: [root],
            enableFindWidget: true,
          }),
        );
      } else state.panel.reveal();
      showPending();
    },
    changed: () => {
      if (state.panel?.visible && state.ready) post({ type: "changed" });
    },
    // The panel itself is not disposed, so that a reloaded window restores it.
    dispose: () => serializer.dispose(),
  };
}
