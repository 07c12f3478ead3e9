import * as vscode from "vscode";
import type { IntakeLifecycle } from "../intake/lifecycle.ts";
import type { Handler } from "./register.ts";

export type ScanCommandOptions = Readonly<{ intake: Pick<IntakeLifecycle, "scan"> }>;

/** The command that looks for report files in the workspace at once. */
export function scanCommand({ intake }: ScanCommandOptions): Readonly<Record<"scanWorkspace", Handler>> {
  const { t } = vscode.l10n;
  return {
    scanWorkspace: async () => {
      const { found, fresh } = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title: t("Looking for reports and eval results") },
        intake.scan,
      );
      void vscode.window.showInformationMessage(
        found === 0
          ? t("There is no review report or eval result in this workspace.")
          : t("Looked at {0} files; {1} of them were not known yet.", found, fresh),
      );
    },
  };
}
