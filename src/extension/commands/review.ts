import { join } from "node:path";
import * as vscode from "vscode";
import { reviewDocument } from "../../features/reviews/documents/review.ts";
import type { ReviewView } from "../../features/reviews/operations/views.ts";
import { chooseFolder } from "../dialogs/choose-folder.ts";
import { pickRecordingAgent } from "../dialogs/pick.ts";
import { isTrusted } from "../dialogs/trust.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import { isInside } from "../findings/finding-place.ts";
import { collectProblems } from "../findings/problems.ts";
import { problemsAsSarif } from "../findings/problems-sarif.ts";
import { coinChange, verdictText } from "../format/figures.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { TrendsTarget } from "../trends/panel.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { urisArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type ReviewCommandOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  documents: ReportDocuments;
  knownAgents(): readonly string[];
  usualAgent(): string;
  openTrends(show: TrendsTarget): void;
  /** Shows the user an error that occurs after the command has finished. */
  failed(error: unknown): Promise<void>;
}>;

/** Commands that record the findings of tools: from the Problems view, or from output files. */
export function reviewCommands(options: ReviewCommandOptions): Readonly<Record<"reviewChanges" | "reviewFromOutput", Handler>> {
  const { t } = vscode.l10n;
  const { store, surroundingsOf, documents, knownAgents, usualAgent } = options;
  return {
    reviewChanges: async () => {
      const folder = await chooseFolder(t("Review which folder?"));
      if (folder === undefined || !(await mayRunGit())) return;
      const surroundings = surroundingsOf(vscode.Uri.file(folder));
      const reviewed = await withProgress(t("Reviewing changes"), async (signal, onProgress) => {
        onProgress({ done: 0, message: t("Finding changed files") });
        const changes = await store.call("review changes", {}, { signal, surroundings });
        const paths = changes === null ? [] : changes.files.map((file) => join(changes.top, file));
        const files = paths.filter((file) => isInside(folder, file));
        if (!(await ensureSaved(files))) return undefined;
        const checked = await collectProblems(folder, files, signal, onProgress);
        if ("loading" in checked) return checked;
        const text = problemsAsSarif(checked.problems, checked.languages);
        return { view: await store.call("review", { text, format: "sarif" }, { signal, onProgress, surroundings }) };
      });
      if (reviewed === undefined) return;
      if ("loading" in reviewed) {
        const languages = reviewed.loading.join(", ");
        void vscode.window.showWarningMessage(
          t("Nothing was recorded: still loading: {0}. Review again when its problems are listed.", languages),
        );
        return;
      }
      // Not awaited: the command has finished, but the message stays until the user closes it.
      notifyReviewed(reviewed.view, options.openTrends).catch(options.failed);
    },
    // Called with files (from a menu), it uses the default agent and counts findings in new code only.
    reviewFromOutput: async (first, selected) => {
      const title = t("Review from Tool Output");
      const selectedFiles = urisArgument(selected ?? first).filter(({ scheme }) => scheme === "file");
      const files = selectedFiles.length > 0 ? selectedFiles : await pickOutputs(title);
      if (files.length === 0 || !(await mayRunGit())) return;
      const agent = selectedFiles.length > 0 ? usualAgent() : await pickRecordingAgent(usualAgent(), knownAgents());
      const all = agent === undefined || selectedFiles.length > 0 ? false : await askAllCode(title);
      if (agent === undefined || all === undefined) return;
      const input = { files: files.map(({ fsPath }) => fsPath), agent, all };
      const view = await withProgress(title, (signal, onProgress) =>
        store.call("review", input, { signal, onProgress, surroundings: surroundingsOf(files[0]) }),
      );
      await documents.show(title, (words) => reviewDocument(view, words));
    },
  };
}

/** Finding changed files runs git, and the checkout's configuration can make git run programs. */
const mayRunGit = (): Promise<boolean> => isTrusted(vscode.l10n.t("Changes are reviewed only in workspaces that you trust."));

/** Whether all of these files are saved; offers to save those with unsaved changes. */
async function ensureSaved(files: readonly string[]): Promise<boolean> {
  const { t } = vscode.l10n;
  const paths = new Set(files);
  const dirty = vscode.workspace.textDocuments.filter(({ isDirty, uri }) => isDirty && paths.has(uri.fsPath));
  if (dirty.length === 0) return true;
  const save = t("Save and Review");
  const message = dirty.length === 1 ? t("1 changed file is not saved.") : t("{0} changed files are not saved.", dirty.length);
  const detail = t("A review counts what is on disk.");
  if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, save)) !== save) return false;
  const results = await Promise.all(dirty.map((document) => document.save()));
  return results.every(Boolean);
}

async function notifyReviewed(
  { recorded, run, run_id: runId, findings, existing, warnings }: ReviewView,
  openTrends: ReviewCommandOptions["openTrends"],
): Promise<void> {
  const { t } = vscode.l10n;
  if (run === null) return;
  const findingsText = findings.length === 1 ? t("1 new finding") : t("{0} new findings", findings.length);
  const outcome = recorded
    ? t(
        "Reviewed: {0}, {1}, score {2}, {3} coins.",
        verdictText(run.verdict, t),
        findingsText,
        run.score,
        coinChange(run.coin_delta),
      )
    : t("This result is already recorded as {0}; nothing was changed.", runId);
  const older = existing.length === 0 ? [] : [t("In older code, not counted: {0}.", existing.length)];
  const shownWarnings = warnings.slice(0, 3);
  const show = t("Show Run");
  const notify = shownWarnings.length === 0 ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  if ((await notify([outcome, ...older, ...shownWarnings].join(" "), show)) === show)
    openTrends({ tab: "coins", fact_id: run.fact_id });
}

async function pickOutputs(title: string): Promise<readonly vscode.Uri[]> {
  const { t } = vscode.l10n;
  const filters = { [t("Outputs of tools")]: ["json", "sarif", "xml", "jsonl", "ndjson", "txt"], [t("All files")]: ["*"] };
  return (await vscode.window.showOpenDialog({ title, openLabel: t("Record"), canSelectMany: true, filters })) ?? [];
}

/** Asks whether findings in all code count; undefined when the user backs out. */
async function askAllCode(title: string): Promise<boolean | undefined> {
  const { t } = vscode.l10n;
  const choices = [
    { label: t("New code"), description: t("Lines that changed since the branch left its base"), all: false },
    { label: t("All code"), description: t("The findings of the whole project"), all: true },
  ];
  return (await vscode.window.showQuickPick(choices, { title, placeHolder: t("Which findings count?") }))?.all;
}
