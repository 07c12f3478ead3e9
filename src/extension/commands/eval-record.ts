import * as vscode from "vscode";
import { usdWithBound } from "../../features/evals/documents/figures.ts";
import { evalImportDocument } from "../../features/evals/documents/run-list.ts";
import { summarizePush } from "../../features/evals/operations/push-summary.ts";
import type { EvalImportView, EvalPushView } from "../../features/evals/operations/views.ts";
import type { OperationInput } from "../../features/operations.ts";
import { invalidInput } from "../../kernel/errors.ts";
import { fromErrorView } from "../../kernel/ledger-error.ts";
import { editorWords } from "../../render/markdown/words.ts";
import { pick } from "../dialogs/pick.ts";
import { pickEvalFiles } from "../dialogs/pick-eval-run.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import { runLabel } from "../evals/texts.ts";
import { runCount, warningCount } from "../format/figures.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { uriArgument, urisArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type EvalRecordCommandOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  documents: ReportDocuments;
  style(): TimeStyle;
  /** Shows one eval run as a document. */
  showEvalRun(id: string): Promise<void>;
  /** Compares an eval run with the baseline or the previous run. */
  compareEvalRun(id: string): Promise<void>;
  /** Shows the user an error that occurs after the command has finished. */
  failed(error: unknown): Promise<void>;
}>;

type EvalRecordCommands = Readonly<Record<"evalPush" | "evalPushEditor" | "evalImport" | "evalConvert", Handler>>;

/** Commands that record eval results, and the one that converts them to the other format. */
export function evalRecordCommands(options: EvalRecordCommandOptions): EvalRecordCommands {
  const { store, surroundingsOf } = options;
  const { t } = vscode.l10n;
  const push = async (
    input: Pick<OperationInput<"eval push">, "files" | "text">,
    near: vscode.Uri | undefined,
  ): Promise<readonly EvalPushView[]> =>
    withProgress(t("Recording eval results"), (signal, onProgress) =>
      store.call("eval push", input, { signal, onProgress, surroundings: surroundingsOf(near) }),
    );
  return {
    evalPush: async (first, selected) => {
      const selectedFiles = urisArgument(selected ?? first);
      const files = selectedFiles.length > 0 ? selectedFiles : await pickEvalFiles(t("Record"), true);
      const [near] = files;
      if (near === undefined) return;
      const views: EvalPushView[] = [];
      const onDisk = files.filter(({ scheme }) => scheme === "file").map(({ fsPath }) => fsPath);
      if (onDisk.length > 0) views.push(...(await push({ files: onDisk }, near)));
      for (const file of files.filter(({ scheme }) => scheme !== "file")) {
        const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(file));
        views.push(...(await push({ text }, file)));
      }
      // Not awaited: the command has finished, but the message stays until the user closes it.
      notifyPushed(views, options).catch(options.failed);
    },
    evalPushEditor: async () => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) throw invalidInput(t("the active editor"), [t("there is none; open an eval result first")]);
      const { document } = editor;
      notifyPushed(await push({ text: document.getText() }, document.uri), options).catch(options.failed);
    },
    evalImport: async (argument) => {
      const folder = uriArgument(argument) ?? (await pickFolder());
      if (folder === undefined) return;
      const view = await withProgress(t("Importing eval results"), (signal, onProgress) =>
        store.call("eval import", { folder: folder.fsPath }, { signal, onProgress, surroundings: surroundingsOf(folder) }),
      );
      notifyImported(view, options.documents).catch(options.failed);
    },
    evalConvert: async (argument) => {
      const source = await resolveSource(uriArgument(argument));
      if (source === undefined) return;
      const format = await pick(t("Write it in which format?"), [
        { label: t("Standard"), description: t("all_results, duration_seconds"), value: "standard" as const },
        { label: t("Legacy"), description: t("tests, total_duration_ms"), value: "legacy" as const },
      ]);
      if (format === undefined) return;
      const { content } = await store.call("eval convert", { ...source, to: format });
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: "json", content: content ?? "" }));
    },
  };
}

/** The file passed by a menu, else the text of the active JSON editor, else a file that the user chooses. */
async function resolveSource(
  menuFile: vscode.Uri | undefined,
): Promise<Pick<OperationInput<"eval convert">, "file" | "text"> | undefined> {
  const { t } = vscode.l10n;
  const editor = vscode.window.activeTextEditor;
  if (menuFile === undefined && editor !== undefined && editor.document.languageId.startsWith("json"))
    return { text: editor.document.getText() };
  const file = menuFile ?? (await pickEvalFiles(t("Convert"), false))[0];
  if (file === undefined) return undefined;
  if (file.scheme === "file") return { file: file.fsPath };
  return { text: new TextDecoder().decode(await vscode.workspace.fs.readFile(file)) };
}

async function pickFolder(): Promise<vscode.Uri | undefined> {
  const { t } = vscode.l10n;
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: t("Import Eval Results"),
      openLabel: t("Import"),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return folder;
}

/** Shows the result of recording, with buttons that show or compare the run. */
async function notifyPushed(views: readonly EvalPushView[], options: EvalRecordCommandOptions): Promise<void> {
  const [view, ...others] = views;
  if (view === undefined) return;
  if (others.length > 0) return notifyImported({ ...summarizePush(views), runs: [], skipped: 0 }, options.documents);
  if (view.reason === "rejected") throw fromErrorView(view.error);
  const { t } = vscode.l10n;
  const { run } = view;
  const words = editorWords(options.style(), t);
  const summary = `${runLabel(run, words)}, ${usdWithBound(run.cost_usd, run.cost_complete, words)}`;
  const parts = [
    view.recorded ? t("Recorded: {0}.", summary) : t("Already recorded: {0}. Nothing was changed.", summary),
    ...(view.warnings.length === 0
      ? []
      : [view.warnings.length === 1 ? t("1 value is impossible.") : t("{0} values are impossible.", view.warnings.length)]),
  ];
  const show = t("Show Run");
  const compare = t("Compare");
  const notify = view.warnings.length === 0 ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  const chosen = await notify(parts.join(" "), show, compare);
  if (chosen === show) await options.showEvalRun(run.id);
  if (chosen === compare) await options.compareEvalRun(run.id);
}

/** Shows the result of an import; when something was refused, with a button that shows what and why. */
async function notifyImported(view: EvalImportView, documents: ReportDocuments): Promise<void> {
  const { t } = vscode.l10n;
  const parts = [
    t("Recorded {0}", runCount(view.recorded, t)),
    ...(view.duplicates === 0 ? [] : [t("{0} already known", view.duplicates)]),
    ...(view.skipped === 0 ? [] : [t("{0} skipped", view.skipped)]),
    ...(view.rejected.length === 0 ? [] : [t("{0} rejected", view.rejected.length)]),
  ];
  if (view.warnings.length > 0) parts.push(warningCount(view.warnings.length, t));
  const message = `${parts.join(", ")}.`;
  if (view.rejected.length === 0 && view.warnings.length === 0) {
    await vscode.window.showInformationMessage(message);
    return;
  }
  const details = t("Show Details");
  if ((await vscode.window.showWarningMessage(message, details)) === details)
    await documents.show(t("Import"), (words) => evalImportDocument(view, words));
}
