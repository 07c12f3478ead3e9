import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { commandId } from "../commands/ids.ts";

export type SampleModeOptions = Readonly<{
  /** Reopens the store at the current home. */
  moveHome(): Promise<void>;
  /** Records the sample data. */
  fill(): Promise<void>;
}>;

/** Shows a sample ledger instead of the user's own, which is not changed. A reload of the window ends it. */
export type SampleMode = Readonly<{
  /** The sample's home; undefined while the user's own ledger is shown. */
  home(): string | undefined;
  /** Creates a sample for this window, unless one is shown already. */
  enter(): Promise<void>;
  /** Shows the user's own ledger again and removes the sample. */
  leave(): Promise<void>;
  dispose(): void;
}>;

export function createSampleMode({ moveHome, fill }: SampleModeOptions): SampleMode {
  const { t } = vscode.l10n;
  const item = vscode.window.createStatusBarItem("rewardLedger.sample", vscode.StatusBarAlignment.Left, 0);
  item.name = t("Reward Ledger: Sample Data");
  item.text = `$(beaker) ${t("Sample Data: Leave")}`;
  item.tooltip = t("Reward Ledger shows a made-up history. Your own ledger is not changed. Click to return to it.");
  item.command = commandId("leaveSample");
  item.backgroundColor = new vscode.ThemeColor("statusBarItem.warningBackground");
  const state: { home: string | undefined } = { home: undefined };
  const show = async (home: string | undefined): Promise<void> => {
    state.home = home;
    if (home === undefined) item.hide();
    else item.show();
    await vscode.commands.executeCommand("setContext", "rewardLedger.sample", home !== undefined);
    await moveHome();
  };
  return {
    home: () => state.home,
    enter: async () => {
      if (state.home !== undefined) return;
      await show(await mkdtemp(join(tmpdir(), "reward-ledger-sample-")));
      await fill();
    },
    leave: async () => {
      const { home } = state;
      if (home === undefined) return;
      await show(undefined);
      await rm(home, { recursive: true, force: true });
    },
    dispose: () => item.dispose(),
  };
}
