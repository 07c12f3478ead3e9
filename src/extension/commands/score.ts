import * as vscode from "vscode";
import { invalidInput } from "../../kernel/errors.ts";
import type { Store } from "../store/client.ts";
import type { Handler } from "./register.ts";

/** The command that scores the findings in the active editor and opens the resulting review report. */
export function scoreCommand({ store }: Readonly<{ store: Store }>): Readonly<Record<"score", Handler>> {
  const { t } = vscode.l10n;
  return {
    score: async () => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) throw invalidInput(t("the active editor"), [t("there is none; open findings in JSON first")]);
      const { scoring, ...report } = await store.call("score", { text: editor.document.getText() });
      const content = `${JSON.stringify(report, null, 2)}\n`;
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "json", content }));
      const lost = scoring.deductions.reduce((sum, { points }) => sum + points, 0);
      void vscode.window.showInformationMessage(
        t("Score {0}. Lost to findings: {1}. Bonuses earned: {2}.", report.score, Math.abs(lost), scoring.bonuses.length),
      );
    },
  };
}
