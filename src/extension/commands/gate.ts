import * as vscode from "vscode";
import { unapproved } from "../../features/gate/model/commands.ts";
import { toErrorView } from "../../kernel/ledger-error.ts";
import { chooseFolder } from "../dialogs/choose-folder.ts";
import { isTrusted } from "../dialogs/trust.ts";
import { withPatience } from "../dialogs/with-progress.ts";
import type { CallSurroundings } from "../store/client.ts";
import type { DerivedCommandOptions } from "./derived.ts";
import type { Handler } from "./register.ts";

export type GateCommandOptions = Pick<DerivedCommandOptions, "store" | "documents" | "surroundingsOf" | "style">;

/** Runs the review gate on the change in a folder, once its commands are approved. */
export function gateCommands(options: GateCommandOptions): Readonly<Record<"runGate", Handler>> {
  const { store, documents, surroundingsOf, style } = options;
  const { t } = vscode.l10n;

  /** Whether the commands may run; asks for those that are not approved, again where they changed while they were shown. */
  const approved = async (surroundings: CallSurroundings, question: string): Promise<boolean> => {
    const { commands } = await store.call("gate commands", {}, { surroundings });
    const shown = unapproved(commands).map(({ pass, command, runs }) => ({ pass, command, runs }));
    if (shown.length === 0) return true;
    const approve = t("Approve and Run");
    const detail = shown
      .map(({ command, runs }) => [command.join(" "), ...(runs === null ? [] : [runs])].join("\n"))
      .join("\n\n");
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, approve)) !== approve) return false;
    try {
      await store.call("gate approve", { shown }, { surroundings });
      return true;
    } catch (error) {
      if (toErrorView(error).code !== "changed_meanwhile") throw error;
      return approved(surroundings, t("The project's commands changed while they were shown. Let the review gate run these?"));
    }
  };

  return {
    runGate: async () => {
      const title = t("Review Gate");
      const folder = await chooseFolder(t("Run the review gate in which folder?"));
      if (folder === undefined) return;
      if (!(await isTrusted(t("The review gate runs commands of the project, only in workspaces that you trust.")))) return;
      const surroundings = surroundingsOf(vscode.Uri.file(folder));
      if (!(await approved(surroundings, t("Let the review gate run these commands in this project?")))) return;
      const { locale, zone } = style();
      const { markdown } = await withPatience(title, (signal, onProgress) =>
        store.report("gate run", {}, { title, locale, zone }, { signal, onProgress, surroundings }),
      );
      await documents.show(title, markdown);
    },
  };
}
