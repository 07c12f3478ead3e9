import * as vscode from "vscode";
import { evalJudgeDocument } from "../../features/evals/documents/files.ts";
import { invalidInput } from "../../kernel/errors.ts";
import { askText } from "../dialogs/ask-text.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import { keyNames } from "../models/keys.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type EvalJudgeCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  /** The user's secrets, stored by VS Code. */
  secrets: Pick<vscode.SecretStorage, "get" | "store" | "delete">;
}>;

type EvalJudgeCommands = Readonly<Record<"evalJudge" | "evalSetJudgeKey" | "evalClearJudgeKey" | "setModelKey", Handler>>;

const secretKey = keyNames.anthropic;
const keyVariable = "ANTHROPIC_API_KEY";

/** The command that has a model judge a text, and those that store and delete API keys of models. */
export function evalJudgeCommands(options: EvalJudgeCommandOptions): EvalJudgeCommands {
  const { store, documents, surroundingsOf, secrets } = options;
  const { t } = vscode.l10n;
  const askKey = async (): Promise<string | undefined> => {
    const key = await vscode.window.showInputBox({
      title: t("Judge API Key"),
      prompt: t("Anthropic API key. It is stored in VS Code's secret storage and sent only to the Messages API."),
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => (value.trim() === "" ? t("Enter a key.") : undefined),
    });
    if (key === undefined) return undefined;
    await secrets.store(secretKey, key.trim());
    return key.trim();
  };
  /** The stored key; undefined if only the environment has one; else the user is asked. */
  const resolveKey = async (): Promise<Readonly<{ key: string | undefined }> | undefined> => {
    const storedKey = await secrets.get(secretKey);
    if (storedKey !== undefined || (process.env[keyVariable] ?? "") !== "") return { key: storedKey };
    const key = await askKey();
    return key === undefined ? undefined : { key };
  };

  return {
    evalJudge: async () => {
      const editor = vscode.window.activeTextEditor;
      if (editor === undefined) throw invalidInput(t("the active editor"), [t("there is none; open the text to judge first")]);
      const { document, selection } = editor;
      const text = document.getText(selection.isEmpty ? undefined : selection);
      const purpose = await askText(
        t("Judge Text"),
        t("What is the text for? Leave empty for any reader. It is sent to the judge's model, which costs money."),
        true,
      );
      const resolved = purpose === undefined ? undefined : await resolveKey();
      if (purpose === undefined || resolved === undefined) return;
      const surroundings = surroundingsOf(document.uri);
      const view = await withProgress(t("Asking the judge"), (signal) =>
        store.call(
          "eval judge",
          { text, ...(purpose === "" ? {} : { purpose }) },
          { signal, surroundings: resolved.key === undefined ? surroundings : { ...surroundings, judgeKey: resolved.key } },
        ),
      );
      await documents.show(t("Judgement"), (words) => evalJudgeDocument(view, words));
    },
    evalSetJudgeKey: async () => {
      if ((await askKey()) !== undefined) vscode.window.setStatusBarMessage(t("API key for {0} stored.", "Anthropic"), 5_000);
    },
    evalClearJudgeKey: async () => {
      await secrets.delete(secretKey);
      vscode.window.setStatusBarMessage(t("API key for {0} deleted.", "Anthropic"), 5_000);
    },
    setModelKey: async () => {
      const title = t("Model API Key");
      const provider = await vscode.window.showQuickPick(
        [
          { label: "Anthropic", description: t("Messages API; judging uses the same key"), name: keyNames.anthropic },
          { label: "OpenAI", description: t("or any API with the same format"), name: keyNames.openai },
        ],
        { title },
      );
      if (provider === undefined) return;
      const key = await vscode.window.showInputBox({
        title,
        prompt: t(
          "API key for {0}. It is stored in VS Code's secret storage and sent only to this provider or the address in rewardLedger.model.baseUrl. Leave empty to delete the stored key.",
          provider.label,
        ),
        password: true,
        ignoreFocusOut: true,
      });
      if (key === undefined) return;
      if (key.trim() === "") await secrets.delete(provider.name);
      else await secrets.store(provider.name, key.trim());
      const message =
        key.trim() === "" ? t("API key for {0} deleted.", provider.label) : t("API key for {0} stored.", provider.label);
      vscode.window.setStatusBarMessage(message, 5_000);
    },
  };
}
