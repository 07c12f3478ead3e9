import * as vscode from "vscode";
import { isSet, writeDiagnostics } from "../settings.ts";
import type { Memory } from "../workspace/projects.ts";

const memoryKey = "findings.asked";

/**
 * Asks once, in the first window that shows findings, whether to keep showing them. Does not ask if the setting is set or the
 * user was asked before. Closing the question keeps the default.
 */
export async function askToShowOnce(memory: Memory, count: number): Promise<void> {
  const { t } = vscode.l10n;
  if (count === 0 || !vscode.workspace.isTrusted || isSet("diagnostics.enabled") || memory.get(memoryKey) === true) return;
  await memory.update(memoryKey, true);
  const turnOff = t("Turn Off");
  const message =
    count === 1
      ? t("The Problems view lists 1 finding of the latest run of this project. Go on showing findings there?")
      : t("The Problems view lists {0} findings of the latest run of this project. Go on showing findings there?", count);
  if ((await vscode.window.showInformationMessage(message, t("Keep"), turnOff)) === turnOff) await writeDiagnostics(false);
}
