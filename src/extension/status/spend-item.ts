import * as vscode from "vscode";
import { type RecentSpend, spendStatus } from "../../features/agent/model/spend-limits.ts";
import { commandId } from "../commands/ids.ts";
import {
  boundsIn,
  type Level,
  spendCommands,
  spendLabel,
  spendLevel,
  spendText,
  spendTooltip,
} from "../format/status-bar-spend-text.ts";
import type { TimeStyle } from "../format/time-text.ts";

/** What the item shows; if `spend` is undefined, it is hidden. */
export type SpendState = Readonly<{ spend: RecentSpend | undefined; zone: string; style: TimeStyle }>;

/** The status bar item that shows spend against the limits. */
export type SpendItem = Readonly<{ show(state: SpendState): void; dispose(): void }>;

const backgrounds: Readonly<Record<Level, vscode.ThemeColor | undefined>> = {
  ok: undefined,
  warning: new vscode.ThemeColor("statusBarItem.warningBackground"),
  exhausted: new vscode.ThemeColor("statusBarItem.errorBackground"),
};

/** Interval in ms between redraws: without new recordings, days end and old spending leaves the last seven days. */
const redrawEvery = 60_000;

/** Creates the item, which stays hidden until the first `show`. @param redraw called periodically while the item is shown */
export function createSpendItem(redraw: () => void): SpendItem {
  const { t } = vscode.l10n;
  const item = vscode.window.createStatusBarItem("rewardLedger.spend", vscode.StatusBarAlignment.Right, 99);
  item.name = t("Reward Ledger Spend");
  item.command = { command: commandId("openTrends"), title: t("Costs"), arguments: [{ tab: "costs" }] };
  const clock: { timer: NodeJS.Timeout | undefined } = { timer: undefined };
  return {
    show: ({ spend, zone, style }) => {
      clearTimeout(clock.timer);
      if (spend === undefined) return item.hide();
      clock.timer = setTimeout(redraw, redrawEvery);
      const bounds = boundsIn(zone, style.now);
      const now = spendStatus(spend, style.now, bounds);
      const tooltip = new vscode.MarkdownString(spendTooltip(now, bounds, style, t), true);
      tooltip.isTrusted = { enabledCommands: spendCommands.map(commandId) };
      item.tooltip = tooltip;
      item.text = spendText(now, style, t);
      item.backgroundColor = backgrounds[spendLevel(now)];
      item.accessibilityInformation = { label: spendLabel(now, style, t), role: "button" };
      item.show();
    },
    dispose: () => {
      clearTimeout(clock.timer);
      item.dispose();
    },
  };
}
