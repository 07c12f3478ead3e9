import * as vscode from "vscode";
import { feedbackSeverities } from "../../features/agent/model/feedback.ts";
import { feedbackSeverity } from "../agent/texts.ts";
import { askText } from "../dialogs/ask-text.ts";
import { pick } from "../dialogs/pick.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type AgentAddCommandOptions = Readonly<{ store: Store; surroundingsOf: SurroundingsOf }>;

type AgentAddCommands = Readonly<Record<"addFeedback", Handler>>;

/** The command that records feedback, on the line of the active editor where there is one. */
export function agentAddCommands({ store, surroundingsOf }: AgentAddCommandOptions): AgentAddCommands {
  const { t } = vscode.l10n;
  return {
    addFeedback: async () => {
      // Read before the first input box, which takes the focus from the editor.
      const editor = vscode.window.activeTextEditor;
      const place = editor === undefined ? undefined : selectionPlace(editor);
      const prompt =
        place === undefined ? t("What is good or bad about the agent's work") : t("What is good or bad about {0}", place);
      const body = await askText(t("Add Feedback"), prompt);
      if (body === undefined) return;
      const severity = await pick(
        t("How severe is it?"),
        feedbackSeverities.map((one) => ({ label: feedbackSeverity(one, t), description: one, value: one })),
      );
      if (severity === undefined) return;
      const surroundings = surroundingsOf(editor?.document.uri);
      await store.call(
        "feedback add",
        { body, severity, channel: "vscode", ...(place === undefined ? {} : { on: place }) },
        { surroundings },
      );
      vscode.window.setStatusBarMessage(t("The feedback is recorded."), 5_000);
    },
  };
}

/** File and line of an editor's selection, the file relative to its workspace folder; undefined if the document is not a file. */
function selectionPlace({ document, selection }: vscode.TextEditor): string | undefined {
  if (document.uri.scheme !== "file") return undefined;
  const file = vscode.workspace.asRelativePath(document.uri, false).replaceAll("\\", "/");
  return `${file}:${selection.start.line + 1}`;
}
