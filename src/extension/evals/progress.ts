import * as vscode from "vscode";
import type { EvalWatchView } from "../../features/evals/operations/views.ts";
import { commandId } from "../commands/ids.ts";
import type { TimeStyle } from "../format/time-text.ts";
import { progressText } from "./progress-text.ts";

/** The status bar item of the running collector. */
export type CollectorProgress = Readonly<{ show(view: EvalWatchView): void; hide(): void; dispose(): void }>;

/**
 * Creates the item. It is visible while a collector runs and then shows its outcome.
 * @param outcomeMs time in ms to show the outcome
 */
export function createCollectorProgress(style: () => TimeStyle, outcomeMs: number): CollectorProgress {
  const { t } = vscode.l10n;
  const item = vscode.window.createStatusBarItem("rewardLedger.collector", vscode.StatusBarAlignment.Left, 49);
  item.name = t("Reward Ledger Evals");
  item.command = commandId("evalWatch");
  const state: { timer: NodeJS.Timeout | undefined } = { timer: undefined };
  return {
    show: (view) => {
      clearTimeout(state.timer);
      const { text, spoken, tooltip } = progressText(view, style(), t);
      item.text = text;
      item.tooltip = new vscode.MarkdownString(tooltip);
      item.accessibilityInformation = { label: spoken, role: "button" };
      item.show();
      if (view.state !== "running") state.timer = setTimeout(() => item.hide(), outcomeMs);
    },
    hide: () => {
      clearTimeout(state.timer);
      item.hide();
    },
    dispose: () => {
      clearTimeout(state.timer);
      item.dispose();
    },
  };
}
