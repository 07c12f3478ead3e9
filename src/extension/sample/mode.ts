import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { commandId } from "../commands/ids.ts";

export type SampleModeOptions = Readonly<{
  /** Folder of the extension that is for this machine only; the sample's home lies in it. */
  storage: vscode.Uri;
  /** Opens the store anew at the home that is in force. */
  moveHome(): Promise<void>;
  /** Records the sample. */
  fill(): Promise<void>;
}>;

/** Shows a made-up ledger in place of the user's own, which is not touched. A reload of the window ends it. */
export type SampleMode = Readonly<{
  /** The sample's home; undefined while the user's own is shown. */
  home(): string | undefined;
  /** Starts with a new sample, whatever an earlier one had become. */
  enter(): Promise<void>;
  leave(): Promise<void>;
  dispose(): void;
}>;

export function createSampleMode({ storage, moveHome, fill }: SampleModeOptions): SampleMode {
  const { t } = vscode.l10n;
  const folder = join(storage.fsPath, "sample");
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
      if (state.home === undefined) {
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder, { recursive: true, mode: 0o700 });
      }
      await show(folder);
      await fill();
    },
    leave: () => show(undefined),
    dispose: () => item.dispose(),
  };
}
