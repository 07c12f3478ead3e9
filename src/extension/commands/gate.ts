import * as vscode from "vscode";
import { unapproved } from "../../features/gate/model/commands.ts";
import { isTrusted } from "../dialogs/trust.ts";
import { withPatience } from "../dialogs/with-progress.ts";
import type { DerivedCommandOptions } from "./derived.ts";
import type { Handler } from "./register.ts";

export type GateCommandOptions = Pick<DerivedCommandOptions, "store" | "documents" | "surroundingsOf" | "style">;

/** Runs the review gate on the change in the window's folder, once its commands are approved. */
export function gateCommands(options: GateCommandOptions): Readonly<Record<"runGate", Handler>> {
  const { store, documents, surroundingsOf, style } = options;
  const { t } = vscode.l10n;
  return {
    runGate: async () => {
      const title = t("Review Gate");
      const surroundings = surroundingsOf();
      if (surroundings.cwd === null) {
        void vscode.window.showInformationMessage(t("Open the project's folder first."));
        return;
      }
      if (!(await isTrusted(t("The review gate runs commands of the project, only in workspaces that you trust.")))) return;
      const { commands } = await store.call("gate commands", {}, { surroundings });
      const waiting = unapproved(commands);
      if (waiting.length > 0) {
        const approve = t("Approve and Run");
        const lines = waiting.map(({ command, runs }) => [command.join(" "), ...(runs === null ? [] : [runs])].join("\n"));
        const message = t("Let the review gate run these commands in this project?");
        if ((await vscode.window.showWarningMessage(message, { modal: true, detail: lines.join("\n\n") }, approve)) !== approve)
          return;
        await store.call("gate commands", { approve: true }, { surroundings });
      }
      const { locale, zone } = style();
      const { markdown } = await withPatience(title, (signal, onProgress) =>
        store.report("gate run", {}, { title, locale, zone }, { signal, onProgress, surroundings }),
      );
      await documents.show(title, markdown);
    },
  };
}
