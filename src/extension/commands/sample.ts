import * as vscode from "vscode";
import type { SampleMode } from "../sample/mode.ts";
import { commandId } from "./ids.ts";
import type { Handler } from "./register.ts";

export type SampleCommandOptions = Readonly<{
  sample: Pick<SampleMode, "enter" | "leave">;
  /** Shows the user an error that occurs after the command has finished. */
  failed(error: unknown): Promise<void>;
}>;

/** Commands that show a sample ledger, and return to the user's own. */
export function sampleCommands({ sample, failed }: SampleCommandOptions): Readonly<Record<"trySample" | "leaveSample", Handler>> {
  const { t } = vscode.l10n;
  const notifySample = async (): Promise<void> => {
    const leave = t("Leave Sample Data");
    const message = t(
      "You see sample data. Your own ledger is not changed; what you record by hand meanwhile goes into the sample and is removed with it.",
    );
    if ((await vscode.window.showInformationMessage(message, leave)) === leave) {
      await vscode.commands.executeCommand(commandId("leaveSample"));
    }
  };
  return {
    trySample: async () => {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: t("Making sample data") },
        sample.enter,
      );
      await vscode.commands.executeCommand("rewardLedger.runs.focus");
      // Not awaited: the command has finished, but the message stays until the user closes it.
      notifySample().catch(failed);
    },
    leaveSample: sample.leave,
  };
}
