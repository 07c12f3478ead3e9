import * as vscode from "vscode";
import { feedbackSeverities } from "../../features/agent/model/feedback.ts";
import { feedbackSeverity } from "../agent/texts.ts";
import { askText } from "../dialogs/ask-text.ts";
import { pick } from "../dialogs/pick.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type AgentAddCommandOptions = Readonly<{ store: Store; surroundingsOf: SurroundingsOf }>;

type AgentAddCommands = Readonly<Record<"ask" | "note" | "critical" | "addTask" | "addFeedback", Handler>>;

/** Commands that say something to the agent: each asks for the text, then records it. */
export function agentAddCommands({ store, surroundingsOf }: AgentAddCommandOptions): AgentAddCommands {
  const { t } = vscode.l10n;
  const said = (message: string): void => void vscode.window.setStatusBarMessage(message, 5_000);
  const enqueue = async (verb: "ask" | "note" | "critical", title: string, prompt: string): Promise<void> => {
    const body = await askText(title, prompt);
    if (body === undefined) return;
    // The channels of messages are given; of these the typed one with a screen of its own is nearest.
    const { ack } = await store.call(verb, { body, channel: "tui" }, { surroundings: surroundingsOf() });
    said(ack);
  };
  return {
    ask: () => enqueue("ask", t("Ask the Agent"), t("The question; the agent answers at its next breakpoint")),
    note: () => enqueue("note", t("Note to the Agent"), t("What the agent should know; it needs no answer")),
    critical: () =>
      enqueue("critical", t("Stop the Agent"), t("Why the agent must stop at its next breakpoint and turn to this")),
    addTask: async () => {
      const prompt = await askText(t("Add a Task"), t("What is to be done"));
      if (prompt === undefined) return;
      await store.call("task add", { prompt }, { surroundings: surroundingsOf() });
      said(t("The task is queued."));
    },
    addFeedback: async () => {
      // Asked before the first question, which takes the focus from the editor.
      const editor = vscode.window.activeTextEditor;
      const on = editor === undefined ? undefined : placeIn(editor);
      const prompt = on === undefined ? t("What is good or bad about the agent's work") : t("What is good or bad about {0}", on);
      const body = await askText(t("Add Feedback"), prompt);
      if (body === undefined) return;
      const severity = await pick(
        t("How bad is it?"),
        feedbackSeverities.map((one) => ({ label: feedbackSeverity(one, t), description: one, value: one })),
      );
      if (severity === undefined) return;
      const surroundings = surroundingsOf(editor?.document.uri);
      await store.call(
        "feedback add",
        { body, severity, channel: "vscode", ...(on === undefined ? {} : { on }) },
        { surroundings },
      );
      said(t("The feedback is recorded."));
    },
  };
}

/** File and line of an editor's selection, the file relative to its workspace folder; undefined for what is no file. */
function placeIn({ document, selection }: vscode.TextEditor): string | undefined {
  if (document.uri.scheme !== "file") return undefined;
  const file = vscode.workspace.asRelativePath(document.uri, false).replaceAll("\\", "/");
  return `${file}:${selection.start.line + 1}`;
}
