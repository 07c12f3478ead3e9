import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { UpdateView } from "../../features/reviews/operations/views.ts";
import { invalidInput } from "../../kernel/errors.ts";
import { notifyImported } from "../dialogs/notify-imported.ts";
import { pickRecordingAgent } from "../dialogs/pick.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import { coinChange, coins, verdictText } from "../format/figures.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { TrendsTarget } from "../trends/panel.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { uriArgument, urisArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type RecordCommandOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  documents: ReportDocuments;
  /** Agents that have runs. */
  knownAgents(): readonly string[];
  /** The agent under which runs are recorded by default. */
  usualAgent(): string;
  openTrends(show: TrendsTarget): void;
  /** Shows the user an error that occurs after the command has finished. */
  failed(error: unknown): Promise<void>;
}>;

type RecordCommands = Readonly<Record<"updateFromFile" | "updateFromClipboard" | "updateFromEditor" | "newReport", Handler>>;

/** Commands that record one report. Called with arguments (from a menu), they ask nothing and use the default agent. */
export function recordCommands(options: RecordCommandOptions): RecordCommands {
  const { t } = vscode.l10n;
  const askAgent = (): Promise<string | undefined> => pickRecordingAgent(options.usualAgent(), options.knownAgents());
  const record = async (
    source: Readonly<{ from: string } | { text: string }>,
    agent: string,
    near?: vscode.Uri,
  ): Promise<void> => {
    const view = await withProgress(t("Recording the review report"), (signal, onProgress) =>
      options.store.call("update", { ...source, agent }, { signal, onProgress, surroundings: options.surroundingsOf(near) }),
    );
    // Not awaited: the command has finished, but the message stays until the user closes it.
    notifyRecorded(view, options.openTrends).catch(options.failed);
  };
  return {
    updateFromFile: async (first, selected) => {
      const selectedFiles = urisArgument(selected ?? first);
      const files = selectedFiles.length > 0 ? selectedFiles : await pickReportFiles();
      const agent = selectedFiles.length > 0 ? options.usualAgent() : files.length === 0 ? undefined : await askAgent();
      if (agent === undefined) return;
      // Several files on disk are imported together, with one message instead of many.
      if (files.length === 1 || files.some(({ scheme }) => scheme !== "file")) {
        for (const file of files) await record(await readSource(file), agent, file);
        return;
      }
      const paths = files.map(({ fsPath }) => fsPath);
      const view = await withProgress(t("Importing review reports"), (signal, onProgress) =>
        options.store.call("import", { paths, agent }, { signal, onProgress, surroundings: options.surroundingsOf(files[0]) }),
      );
      notifyImported(view, options.documents).catch(options.failed);
    },
    updateFromClipboard: async () => {
      const text = await vscode.env.clipboard.readText();
      if (text.trim() === "") throw invalidInput(t("the clipboard"), [t("it is empty; copy a review report in JSON first")]);
      const agent = await askAgent();
      if (agent !== undefined) await record({ text }, agent);
    },
    updateFromEditor: async (argument) => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) throw invalidInput(t("the active editor"), [t("there is none; open a review report first")]);
      const agent = uriArgument(argument) === undefined ? await askAgent() : options.usualAgent();
      if (agent !== undefined) await record({ text: textOf(editor) }, agent, editor.document.uri);
    },
    newReport: async () => {
      const document = await vscode.workspace.openTextDocument({
        language: "json",
        content: exampleReport(t("What was reviewed, in a sentence.")),
      });
      await vscode.window.showTextDocument(document);
    },
  };
}

/** The selected text, or the whole document if nothing is selected. */
function textOf({ document, selection }: vscode.TextEditor): string {
  return document.getText(selection.isEmpty ? undefined : selection);
}

async function pickReportFiles(): Promise<readonly vscode.Uri[]> {
  const { t } = vscode.l10n;
  const files = await vscode.window.showOpenDialog({
    title: t("Record Review Report"),
    openLabel: t("Record"),
    canSelectMany: true,
    filters: { [t("Review reports")]: ["json"], [t("All files")]: ["*"] },
  });
  return files ?? [];
}

/** The store reads files on disk, because it enforces limits and handles encodings; all others are read through VS Code. */
async function readSource(file: vscode.Uri): Promise<Readonly<{ from: string } | { text: string }>> {
  if (file.scheme === "file") return { from: file.fsPath };
  return { text: new TextDecoder().decode(await vscode.workspace.fs.readFile(file)) };
}

async function notifyRecorded(
  { recorded, run, status, warnings }: UpdateView,
  openTrends: RecordCommandOptions["openTrends"],
): Promise<void> {
  const { t } = vscode.l10n;
  const message = recorded
    ? t(
        "Recorded for {0}: {1}, score {2}, {3} coins. Total {4}.",
        run.agent,
        verdictText(run.verdict, t),
        run.score,
        coinChange(run.coin_delta),
        coins(status.coins),
      )
    : t("Run {0} of {1} is already recorded; nothing was changed.", run.run_id, run.agent);
  const show = t("Show Run");
  const notify = warnings.length === 0 ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  if ((await notify([message, ...warnings.slice(0, 3)].join(" "), show)) === show)
    openTrends({ tab: "coins", fact_id: run.fact_id });
}

const exampleReport = (summary: string): string =>
  `${JSON.stringify(
    {
      schema_version: "1.0",
      run_id: `review-${randomUUID()}`,
      timestamp: new Date().toISOString(),
      score: 100,
      findings: [],
      summary,
    },
    null,
    2,
  )}\n`;
