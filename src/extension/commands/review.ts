import * as vscode from "vscode";
import { reviewDocument } from "../../features/reviews/documents/review.ts";
import { pickRecordingAgent } from "../dialogs/pick.ts";
import { withPatience } from "../dialogs/with-progress.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { urisArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type ReviewCommandOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  documents: ReportDocuments;
  knownAgents(): readonly string[];
  usualAgent(): string;
}>;

/** Records what tools wrote into files. Called with files (from a menu) it takes the usual agent and counts new code. */
export function reviewCommand(options: ReviewCommandOptions): Readonly<Record<"reviewFromOutput", Handler>> {
  const { store, surroundingsOf, documents, knownAgents, usualAgent } = options;
  const title = vscode.l10n.t("Review from Tool Output");
  return {
    reviewFromOutput: async (first, selected) => {
      const given = urisArgument(selected ?? first).filter(({ scheme }) => scheme === "file");
      const files = given.length > 0 ? given : await pickOutputs(title);
      if (files.length === 0) return;
      const agent = given.length > 0 ? usualAgent() : await pickRecordingAgent(usualAgent(), knownAgents());
      const all = agent === undefined || given.length > 0 ? false : await askAll(title);
      if (agent === undefined || all === undefined) return;
      const input = { files: files.map(({ fsPath }) => fsPath), agent, all };
      const view = await withPatience(title, (signal, onProgress) =>
        store.call("review", input, { signal, onProgress, surroundings: surroundingsOf(files[0]) }),
      );
      await documents.show(title, (words) => reviewDocument(view, words));
    },
  };
}

async function pickOutputs(title: string): Promise<readonly vscode.Uri[]> {
  const { t } = vscode.l10n;
  const filters = { [t("Outputs of tools")]: ["json", "sarif", "xml", "jsonl", "ndjson", "txt"], [t("All files")]: ["*"] };
  return (await vscode.window.showOpenDialog({ title, openLabel: t("Record"), canSelectMany: true, filters })) ?? [];
}

/** Whether the findings of all code count; undefined when the user backs out. */
async function askAll(title: string): Promise<boolean | undefined> {
  const { t } = vscode.l10n;
  const choices = [
    { label: t("New code"), description: t("Lines that changed since the branch left its base"), all: false },
    { label: t("All code"), description: t("The findings of the whole project"), all: true },
  ];
  return (await vscode.window.showQuickPick(choices, { title, placeHolder: t("Which findings count?") }))?.all;
}
