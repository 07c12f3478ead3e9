import { join } from "node:path";
import * as vscode from "vscode";
import type { OperationInput, OperationName } from "../../features/operations.ts";
import { rulesPath } from "../../features/rules/model/rules-file.ts";
import { targets } from "../../features/rules/model/targets.ts";
import type { RulesOverviewView } from "../../features/rules/operations/views.ts";
import { mayWriteProject } from "../dialogs/trust.ts";
import { withPatience } from "../dialogs/with-progress.ts";
import type { SampleMode } from "../sample/mode.ts";
import { readSettings } from "../settings.ts";
import type { CallSurroundings, Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { ruleArgument, targetArgument, uriArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type RulesCommandOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  sample: Pick<SampleMode, "home">;
}>;

type RulesCommands = Readonly<Record<"teachRule" | "retireRule" | "openRules" | "installRules" | "removeRules", Handler>>;

/** Names of the files that an update of the rules writes beside the rules file. */
const refreshed = (view: RulesOverviewView): readonly string[] =>
  view.targets.flatMap(({ file, state }) => (state === "current" || state === "stale" ? [file] : []));

/** Commands that change what agents are taught. Those of rows do nothing without the row. */
export function rulesCommands({ store, surroundingsOf, sample }: RulesCommandOptions): RulesCommands {
  const { t } = vscode.l10n;

  const write = <Name extends OperationName>(
    title: string,
    operation: Name,
    input: OperationInput<Name>,
    surroundings: CallSurroundings,
  ) => withPatience(title, (signal, onProgress) => store.call(operation, input, { signal, onProgress, surroundings }));

  /** Opens a file of the project; `rules overview` names it as it lies in the repository. */
  const openFile = async (file: string, { cwd }: CallSurroundings): Promise<void> => {
    if (cwd !== null) await vscode.window.showTextDocument(vscode.Uri.file(join(cwd, file)));
  };

  const retire = (rule: string, surroundings: CallSurroundings) =>
    write(t("Retire Rule"), "rules retire", { rule, max_lines: readSettings()["rules.maxLines"] }, surroundings);

  /** @returns whether the user agrees to what is written */
  const confirmTeaching = async (rule: string, view: RulesOverviewView): Promise<boolean> => {
    const teach = view.targets.length === 0 ? t("Create and Teach") : t("Teach");
    const detail = [
      ...(view.targets.length === 0 ? [t("This project has no house rules yet. {0} is created.", rulesPath)] : []),
      t("One line is added to the managed part of {0}; what people wrote there stays as it is.", rulesPath),
      ...(refreshed(view).length === 0 ? [] : [t("Refreshed for agents: {0}.", refreshed(view).join(", "))]),
    ].join("\n\n");
    return (
      (await vscode.window.showInformationMessage(t("Teach agents the rule {0}?", rule), { modal: true, detail }, teach)) ===
      teach
    );
  };

  return {
    teachRule: async (row, near) => {
      const rule = ruleArgument(row);
      const surroundings = surroundingsOf(uriArgument(near));
      if (rule === undefined || !(await mayWriteProject(surroundings.cwd, sample))) return;
      const view = await store.call("rules overview", {}, { surroundings });
      if (!(await confirmTeaching(rule, view))) return;
      const title = t("Teach Rule");
      if (view.targets.length === 0) await write(title, "rules init", {}, surroundings);
      const { version } = await write(title, "rules teach", { rule, max_lines: readSettings()["rules.maxLines"] }, surroundings);
      const [undo, open] = [t("Undo"), t("Open File")];
      const message = t("Taught {0}; the house rules are at version {1}.", rule, version);
      const chosen = await vscode.window.showInformationMessage(message, undo, open);
      if (chosen === undo) await retire(rule, surroundings);
      else if (chosen === open) await openFile(rulesPath, surroundings);
    },
    retireRule: async (row) => {
      const rule = ruleArgument(row);
      const surroundings = surroundingsOf();
      if (rule === undefined || !(await mayWriteProject(surroundings.cwd, sample))) return;
      await retire(rule, surroundings);
      const undo = t("Undo");
      const message = t("Retired {0}. It returns when it is broken three times in the latest 20 runs from now on.", rule);
      if ((await vscode.window.showInformationMessage(message, undo)) !== undo) return;
      await write(t("Teach Rule"), "rules teach", { rule, max_lines: readSettings()["rules.maxLines"] }, surroundings);
    },
    openRules: (row) => openFile(targetArgument(row)?.file ?? rulesPath, surroundingsOf()),
    installRules: async (row) => {
      const target = targetArgument(row);
      const surroundings = surroundingsOf();
      if (target === undefined || !(await mayWriteProject(surroundings.cwd, sample))) return;
      if (target.state === "edited") {
        const replace = t("Replace");
        const message = t("Replace the edits in {0} by the house rules?", target.file);
        if ((await vscode.window.showWarningMessage(message, { modal: true }, replace)) !== replace) return;
      }
      await write(t("Install House Rules"), "rules targets", { add: target.target }, surroundings);
    },
    removeRules: async (row) => {
      const target = targetArgument(row);
      const surroundings = surroundingsOf();
      if (target === undefined || !(await mayWriteProject(surroundings.cwd, sample))) return;
      const remove = t("Remove");
      const message = t("Remove the house rules from {0}?", target.file);
      const isBlock = targets.some(({ file, kind }) => file === target.file && kind === "block");
      const detail = isBlock ? t("What people wrote in the file stays.") : t("The file is deleted.");
      if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, remove)) !== remove) return;
      await write(t("Remove House Rules"), "rules targets", { remove: target.target }, surroundings);
    },
  };
}
