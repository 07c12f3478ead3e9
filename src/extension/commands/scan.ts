import * as vscode from "vscode";
import { isTrusted } from "../dialogs/trust.ts";
import type { IntakeLifecycle } from "../intake/lifecycle.ts";
import { commandId } from "./ids.ts";
import type { Handler } from "./register.ts";

export type ScanCommandOptions = Readonly<{
  intake: Pick<IntakeLifecycle, "scan">;
  /** Shows the user an error that occurs after the command has finished. */
  failed(error: unknown): Promise<void>;
}>;

/** The command that immediately scans the workspace for reports and eval results. */
export function scanCommand({ intake, failed }: ScanCommandOptions): Readonly<Record<"scanWorkspace", Handler>> {
  const { t } = vscode.l10n;
  const notifyWithUndo = async (message: string, batch: string): Promise<void> => {
    const undo = t("Undo");
    if ((await vscode.window.showInformationMessage(message, undo)) === undo)
      await vscode.commands.executeCommand(commandId("undoIntake"), batch);
  };
  return {
    scanWorkspace: async () => {
      const scanned = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: t("Searching for reports and eval results") },
        intake.scan,
      );
      if (scanned === undefined) {
        await isTrusted(t("Reports and eval results are recorded only from workspaces that you trust."));
        return;
      }
      const { found, fresh, byHand, batch } = scanned;
      const byHandOnly = byHand === 0 ? "" : ` ${t("Recorded by hand only: {0}; the output says why.", byHand)}`;
      const message =
        found === 0
          ? t("There is no review report or eval result in this workspace.")
          : (found === 1 ? t("Scanned 1 file; new: {0}.", fresh) : t("Scanned {0} files; new: {1}.", found, fresh)) + byHandOnly;
      // Not awaited: the command has finished, but the message with its button stays until the user closes it.
      if (fresh > byHand) notifyWithUndo(message, batch).catch(failed);
      else void vscode.window.showInformationMessage(message);
    },
  };
}
