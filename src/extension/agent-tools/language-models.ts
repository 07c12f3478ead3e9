import * as vscode from "vscode";
import { usage } from "../../kernel/errors.ts";
import { toErrorView } from "../../kernel/ledger-error.ts";
import type { CallSurroundings, Store } from "../store/client.ts";
import { type LanguageModelToolName, languageModelTools, toolId } from "./names.ts";

export type LanguageModelToolOptions = Readonly<{
  store: Store;
  surroundings(): CallSurroundings;
  /** Whether the open store is the sample, which is removed when the user leaves it. */
  showsSample(): boolean;
  /** Removes secrets from text that is sent to a model. */
  scrub(text: string): string;
}>;

type Input = Readonly<Record<string, unknown>>;

/** The message shown while a tool runs, and the confirmation before it writes. */
function preparation(name: LanguageModelToolName): vscode.PreparedToolInvocation {
  const { t } = vscode.l10n;
  return {
    get_score: { invocationMessage: t("Reading the agent's score") },
    list_violations: { invocationMessage: t("Listing broken rules") },
    record_review: {
      invocationMessage: t("Recording a review"),
      confirmationMessages: {
        title: t("Record a review in the ledger?"),
        message: t("The agent wants to record a review report. It changes coins and streaks."),
      },
    },
  }[name];
}

/** An `AbortSignal` that aborts when the token is cancelled. */
function signalOf(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/** Registers the language model tools: the same operations, answers and limits as the MCP tools. */
export function registerLanguageModelTools({
  store,
  surroundings,
  showsSample,
  scrub,
}: LanguageModelToolOptions): vscode.Disposable {
  const toolOf = (name: LanguageModelToolName): vscode.LanguageModelTool<Input> => ({
    prepareInvocation: () => preparation(name),
    async invoke({ input }, token) {
      try {
        const { operation } = languageModelTools[name];
        if (name === "record_review" && !vscode.workspace.isTrusted) {
          throw usage("Failed to record the review: the workspace is not trusted", "A person has to trust the workspace first.");
        }
        if (name === "record_review" && showsSample()) {
          throw usage("Failed to record the review: the sample data is shown", "A person has to leave the sample data first.");
        }
        const answer = await store.callTool(name, operation, input, { signal: signalOf(token), surroundings: surroundings() });
        return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(answer)]);
      } catch (error) {
        const { code, message, hint } = toErrorView(error);
        // VS Code passes only the error's message to the model, so the message carries code and hint too.
        throw new Error(scrub(JSON.stringify({ code, message, hint })));
      }
    },
  });
  const names: readonly LanguageModelToolName[] = ["get_score", "list_violations", "record_review"];
  return vscode.Disposable.from(...names.map((name) => vscode.lm.registerTool(toolId(name), toolOf(name))));
}
