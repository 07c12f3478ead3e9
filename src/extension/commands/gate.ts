import * as vscode from "vscode";
import { approveCommands } from "../dialogs/approve-commands.ts";
import { chooseFolder } from "../dialogs/choose-folder.ts";
import { isTrusted } from "../dialogs/trust.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import type { DerivedCommandOptions } from "./derived.ts";
import type { Handler } from "./register.ts";

export type GateCommandOptions = Pick<DerivedCommandOptions, "store" | "documents" | "surroundingsOf" | "style">;

/** The command that runs the review gate on the change in a folder, after the user has approved the project's commands. */
export function gateCommands(options: GateCommandOptions): Readonly<Record<"runGate", Handler>> {
  const { store, documents, surroundingsOf, style } = options;
  const { t } = vscode.l10n;

  return {
    runGate: async () => {
      const title = t("Review Gate");
      const folder = await chooseFolder(t("Run the review gate in which folder?"));
      if (folder === undefined) return;
      if (!(await isTrusted(t("The review gate runs commands of the project, only in workspaces that you trust.")))) return;
      const surroundings = surroundingsOf(vscode.Uri.file(folder));
      if (!(await approveCommands(store, surroundings, t("Let the review gate run these commands in this project?")))) return;
      const { locale, zone } = style();
      const { markdown } = await withProgress(title, (signal, onProgress) =>
        store.report("gate run", {}, { title, locale, zone }, { signal, onProgress, surroundings }),
      );
      await documents.show(title, markdown);
    },
  };
}
