import { join } from "node:path";
import * as vscode from "vscode";
import type { OperationInput, OperationName } from "../../features/operations.ts";
import { rulesPath } from "../../features/rules/model/rules-file.ts";
import { targets } from "../../features/rules/model/targets.ts";
import type { RulesOverviewView } from "../../features/rules/operations/views.ts";
import { chooseFolder } from "../dialogs/choose-folder.ts";
import { mayWriteProject } from "../dialogs/trust.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import type { SampleMode } from "../sample/mode.ts";
import { readSettings } from "../settings.ts";
import type { CallSurroundings, Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { folderOf } from "../workspace/folders.ts";
import { ruleArgument, targetArgument, uriArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type RulesCommandOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  sample: Pick<SampleMode, "home">;
  /** Shows the user an error that occurs after the command has finished. */
  failed(error: unknown): Promise<void>;
}>;

type RulesCommands = Readonly<Record<"teachRule" | "retireRule" | "openRules" | "installRules" | "removeRules", Handler>>;

/** Files that an update of the rules writes in addition to the rules file. */
const refreshedFiles = (view: RulesOverviewView): readonly string[] =>
  view.targets.flatMap(({ file, state }) => (state === "current" || state === "stale" ? [file] : []));

/** Commands that change the house rules of agents. Commands on rows do nothing when called without a row. */
export function rulesCommands({ store, surroundingsOf, sample, failed }: RulesCommandOptions): RulesCommands {
  const { t } = vscode.l10n;

  const write = <Name extends OperationName>(
    title: string,
    operation: Name,
    input: OperationInput<Name>,
    surroundings: CallSurroundings,
  ) => withProgress(title, (signal, onProgress) => store.call(operation, input, { signal, onProgress, surroundings }));

  const overview = (surroundings: CallSurroundings) => store.call("rules overview", {}, { surroundings });

  /** Opens a file of the project. @param file path relative to the top folder */
  const openFile = async (top: string, file: string): Promise<void> => {
    await vscode.window.showTextDocument(vscode.Uri.file(join(top, file)));
  };

  const lineLimit = () => ({ max_lines: readSettings()["rules.maxLines"] });
  const retire = (rule: string, surroundings: CallSurroundings) =>
    write(t("Retire Rule"), "rules retire", { rule, ...lineLimit() }, surroundings);

  /** @returns whether the user agrees to the files that will be written */
  const confirmTeaching = async (rule: string, view: RulesOverviewView, isNew: boolean): Promise<boolean> => {
    const teach = isNew ? t("Create and Teach") : t("Teach");
    const detail = [
      ...(isNew ? [t("This project has no house rules yet. {0} is created.", rulesPath)] : []),
      t("One line is added to the managed part of {0}; what people wrote there stays as it is.", rulesPath),
      ...(refreshedFiles(view).length === 0 ? [] : [t("Refreshed for agents: {0}.", refreshedFiles(view).join(", "))]),
    ].join("\n\n");
    return (
      (await vscode.window.showInformationMessage(t("Teach agents the rule {0}?", rule), { modal: true, detail }, teach)) ===
      teach
    );
  };

  /** Offers to create house rules for a project that has none, and opens them. */
  const offerRules = async (top: string, surroundings: CallSurroundings): Promise<void> => {
    const create = t("Create House Rules");
    if ((await vscode.window.showInformationMessage(t("{0} has no house rules yet.", top), create)) !== create) return;
    if (!(await mayWriteProject(sample))) return;
    await write(create, "rules init", {}, surroundings);
    await openFile(top, rulesPath);
  };

  const notifyTaught = async (rule: string, version: number, top: string, surroundings: CallSurroundings): Promise<void> => {
    const [back, open] = [t("Retire"), t("Open File")];
    const message = t("Taught {0}; the house rules are at version {1}.", rule, version);
    const chosen = await vscode.window.showInformationMessage(message, back, open);
    if (chosen === back) await retire(rule, surroundings);
    else if (chosen === open) await openFile(top, rulesPath);
  };

  const notifyRetired = async (rule: string, surroundings: CallSurroundings): Promise<void> => {
    const again = t("Teach Again");
    const message = t("Retired {0}. It returns when it is broken three times in the latest 20 runs from now on.", rule);
    if ((await vscode.window.showInformationMessage(message, again)) !== again) return;
    await write(t("Teach Rule"), "rules teach", { rule, ...lineLimit() }, surroundings);
  };

  /** The surroundings of the folder that the Rules view shows. */
  const viewSurroundings = (): CallSurroundings => surroundingsOf();

  return {
    teachRule: async (row, near) => {
      const rule = ruleArgument(row);
      if (rule === undefined) return;
      const uri = uriArgument(near);
      const folder = uri === undefined ? await chooseFolder(t("Teach the rule in which folder?")) : folderOf(uri);
      if (folder === undefined || !(await mayWriteProject(sample))) return;
      const surroundings = surroundingsOf(vscode.Uri.file(folder));
      const view = await overview(surroundings);
      const isNew = view.problem === null && view.targets.length === 0;
      if (!(await confirmTeaching(rule, view, isNew))) return;
      const title = t("Teach Rule");
      const input = { rule, ...lineLimit() };
      const { version } = isNew
        ? await write(title, "rules begin", input, surroundings)
        : await write(title, "rules teach", input, surroundings);
      // Not awaited: the command has finished, but the message stays until the user closes it.
      notifyTaught(rule, version, view.top, surroundings).catch(failed);
    },
    retireRule: async (row) => {
      const rule = ruleArgument(row);
      if (rule === undefined || !(await mayWriteProject(sample))) return;
      const surroundings = viewSurroundings();
      await retire(rule, surroundings);
      notifyRetired(rule, surroundings).catch(failed);
    },
    openRules: async (row) => {
      const target = targetArgument(row);
      const folder = target === undefined ? await chooseFolder(t("House rules of which folder?")) : folderOf();
      if (folder === undefined) return;
      const surroundings = surroundingsOf(vscode.Uri.file(folder));
      const { top, version, targets: known, problem } = await overview(surroundings);
      const isMissing = problem === null && version === null && known.length === 0;
      if (isMissing) offerRules(top, surroundings).catch(failed);
      else await openFile(top, target?.file ?? rulesPath);
    },
    installRules: async (row) => {
      const target = targetArgument(row);
      if (target === undefined || !(await mayWriteProject(sample))) return;
      if (target.state === "edited") {
        const replace = t("Replace");
        const message = t("Replace the edits in {0} by the house rules?", target.file);
        if ((await vscode.window.showWarningMessage(message, { modal: true }, replace)) !== replace) return;
      }
      await write(t("Install House Rules"), "rules targets", { add: target.target }, viewSurroundings());
    },
    removeRules: async (row) => {
      const target = targetArgument(row);
      if (target === undefined || !(await mayWriteProject(sample))) return;
      const remove = t("Remove");
      const message = t("Remove the house rules from {0}?", target.file);
      const isBlock = targets.some(({ file, kind }) => file === target.file && kind === "block");
      const detail = isBlock ? t("What people wrote in the file stays.") : t("The file is deleted.");
      if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, remove)) !== remove) return;
      await write(t("Remove House Rules"), "rules targets", { remove: target.target }, viewSurroundings());
    },
  };
}
