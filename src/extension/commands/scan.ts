import * as vscode from "vscode";
import type { IntakeLifecycle } from "../intake/lifecycle.ts";
import type { Handler } from "./register.ts";

export type ScanCommandOptions = Readonly<{ intake: Pick<IntakeLifecycle, "scan"> }>;

/** The command that looks for report files in the workspace at once. */
export function scanCommand({ intake }: ScanCommandOptions): Readonly<Record<"scanWorkspace", Handler>> {
  const { t } = vscode.l10n;
  const offerTrust = async (): Promise<void> => {
    const manage = t("Manage Workspace Trust");
    const message = t("Reports and eval results are recorded only from workspaces that you trust.");
    if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
      await vscode.commands.executeCommand("workbench.trust.manage");
    }
  };
  return {
    scanWorkspace: async () => {
      const scanned = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: t("Looking for reports and eval results") },
        intake.scan,
      );
      if (scanned === undefined) return offerTrust();
      const { found, fresh, byHand } = scanned;
      const byHandOnly = byHand === 0 ? "" : ` ${t("{0} of them are recorded by hand only; the output says why.", byHand)}`;
      void vscode.window.showInformationMessage(
        found === 0
          ? t("There is no review report or eval result in this workspace.")
          : t("Looked at {0} files; {1} of them were not known yet.", found, fresh) + byHandOnly,
      );
    },
  };
}
