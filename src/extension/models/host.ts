import * as vscode from "vscode";
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { ModelOutcome, ModelRequest } from "../../protocol/store-worker.ts";
import type { ChatModel } from "./ask-chat-model.ts";
import { keyNames } from "./keys.ts";

const timeoutMs = 60_000;

/** Converts an `AbortSignal` to a VS Code cancellation token. */
function tokenOf(signal: AbortSignal): vscode.CancellationToken {
  const source = new vscode.CancellationTokenSource();
  if (signal.aborted) source.cancel();
  signal.addEventListener("abort", () => source.cancel(), { once: true });
  return source.token;
}

const toChatModel = (model: vscode.LanguageModelChat): ChatModel => ({
  id: model.id,
  family: model.family,
  maxInputTokens: model.maxInputTokens,
  countTokens: (text, signal) => model.countTokens(text, tokenOf(signal)),
  send: async (texts, modelOptions, signal) => {
    const messages = texts.map((text) => vscode.LanguageModelChatMessage.User(text));
    const justification = vscode.l10n.t("Reward Ledger asks it for what you started, such as a review of a change.");
    return (await model.sendRequest(messages, { justification, modelOptions }, tokenOf(signal))).text;
  },
});

/** Answers the store worker's requests about models: API keys that the user has stored, and VS Code's own models. */
export function createModelHandler(
  secrets: Pick<vscode.SecretStorage, "get">,
): (question: ModelRequest) => Promise<ModelOutcome | null> {
  const running = new Map<number, AbortController>();
  return async (question) => {
    switch (question.do) {
      case "key":
        return { key: (await secrets.get(keyNames[question.provider])) ?? null };
      case "cancel":
        running.get(question.id)?.abort();
        return null;
      case "complete": {
        const controller = new AbortController();
        running.set(question.id, controller);
        try {
          const { askChatModel } = await import("./ask-chat-model.ts");
          const models = (await vscode.lm.selectChatModels()).map(toChatModel);
          return {
            answer: await askChatModel(models, question.call, { name: question.model, timeoutMs, signal: controller.signal }),
          };
        } catch (error) {
          return { error: toErrorView(error) };
        } finally {
          // Ids restart with each worker, so another question may use this id by now.
          if (running.get(question.id) === controller) running.delete(question.id);
        }
      }
      default:
        return question satisfies never;
    }
  };
}
