import * as vscode from "vscode";
import type { SyncStatusView } from "../../ports/sync.ts";
import { commandId } from "../commands/ids.ts";
import { barLabel, barText, statusTooltip, tooltipCommands, welcomeTooltip } from "../format/status-bar-text.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Standings } from "../summary/agent-statuses.ts";

/** What the status bar shows. */
export type BarState = Readonly<{
  standings: Standings;
  project: string | null;
  visible: boolean;
  style: TimeStyle;
  sync: SyncStatusView | undefined;
}>;

/** The coin counter in the status bar. */
export type StatusBar = Readonly<{ show(state: BarState): void; dispose(): void }>;

/** Creates the item, which stays hidden until the first `show`. */
export function createStatusBar(): StatusBar {
  const { t } = vscode.l10n;
  const item = vscode.window.createStatusBarItem("rewardLedger.coins", vscode.StatusBarAlignment.Right, 100);
  item.name = t("Reward Ledger Coins");
  return {
    show: ({ standings: { shown, others }, project, visible, style, sync }) => {
      if (!visible) return item.hide();
      const text = shown === undefined ? welcomeTooltip(t) : statusTooltip(shown, others, project, style, t, sync);
      const markdown = new vscode.MarkdownString(text, true);
      markdown.isTrusted = { enabledCommands: tooltipCommands.map(commandId) };
      item.tooltip = markdown;
      // If the click opens the panel, its filter starts with the agent whose coins were clicked.
      item.command = {
        command: commandId("openTrends"),
        title: t("Trends"),
        arguments: shown === undefined ? [] : [{ agent: shown.agent }],
      };
      item.text = barText(shown);
      item.accessibilityInformation = { label: barLabel(shown, t), role: "button" };
      item.show();
    },
    dispose: () => item.dispose(),
  };
}
