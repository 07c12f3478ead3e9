import * as vscode from "vscode";
import { chooseRow } from "../agent/choose.ts";
import { askText } from "../dialogs/ask-text.ts";
import { askValue } from "../dialogs/ask-value.ts";
import { pick } from "../dialogs/pick.ts";
import { parseObjectText } from "../format/parse-input.ts";
import type { TimeStyle } from "../format/time-text.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { pickKey, pickStore } from "./agent-lists.ts";
import { agentRowArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type AgentRecordCommandOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  style(): TimeStyle;
  scope(): Promise<string | undefined>;
}>;

type AgentRecordCommands = Readonly<Record<"supersedeMemory" | "addLearning" | "heartbeatTask" | "putStoreRow", Handler>>;

/** Commands that record manually what the agent usually records itself: each asks for the input that its operation needs. */
export function agentRecordCommands(options: AgentRecordCommandOptions): AgentRecordCommands {
  const { store, surroundingsOf, scope } = options;
  const { t } = vscode.l10n;
  const surroundings = () => ({ surroundings: surroundingsOf() });
  const notifyRecorded = (): void => void vscode.window.setStatusBarMessage(t("Recorded."), 5_000);

  const askObject = (title: string, prompt: string, initial: string): Promise<string | undefined> =>
    askValue({ title, prompt, initial, parse: parseObjectText, problem: t("Enter a JSON object.") });

  return {
    supersedeMemory: async () => {
      const { rows: current } = await store.call("memory list", { project: await scope(), current: true, limit: 200 });
      if (current.length === 0) {
        void vscode.window.showInformationMessage(t("There is no memory to replace."));
        return;
      }
      const old = await pick(
        t("Replace which memory?"),
        current.map((row) => ({ label: row.payload_json, description: row.topic, value: row })),
      );
      if (old === undefined) return;
      const payload_json = await askObject(t("Replace Memory"), t("What is known instead? A JSON object."), old.payload_json);
      if (payload_json === undefined) return;
      await store.call("memory supersede", { id: old.id, payload_json }, surroundings());
      notifyRecorded();
    },
    addLearning: async () => {
      const title = t("Add Learning");
      const observation = await askText(title, t("What was observed? One line."));
      if (observation === undefined) return;
      const task_id = await askText(title, t("In which task? Its id."));
      if (task_id === undefined) return;
      const target = await pick<"GAIA.md" | "skill" | "dismissed">(t("What is it proposed for?"), [
        { label: t("Nothing yet"), description: "dismissed", value: "dismissed" },
        { label: t("A rule in GAIA.md"), description: "GAIA.md", value: "GAIA.md" },
        { label: t("A skill"), description: "skill:…", value: "skill" },
      ]);
      if (target === undefined) return;
      const skill = target === "skill" ? await askText(title, t("Name of the skill")) : "";
      if (skill === undefined) return;
      await store.call("learn add", { observation, task_id, to: target === "skill" ? `skill:${skill}` : target }, surroundings());
      notifyRecorded();
    },
    heartbeatTask: async (argument) => {
      const row = agentRowArgument(argument);
      const id =
        row?.kind === "task" ? row.id : await chooseRow(options, t("Send a heartbeat of which task?"), "task", ["running"]);
      if (id === undefined) return;
      await store.call("task heartbeat", { id }, surroundings());
      notifyRecorded();
    },
    putStoreRow: async () => {
      const chosen = await pickStore(t("Into which store?"));
      if (chosen === undefined) return;
      const isNew = await pick(t("A new row, or a change of one?"), [
        { label: t("A new row"), value: true },
        ...(chosen.changes === "none" ? [] : [{ label: t("Change a row"), value: false }]),
      ]);
      if (isNew === undefined) return;
      const key = isNew ? [] : await pickKey(store, chosen);
      if (key === undefined) return;
      const columns = chosen.columns.map(({ name }) => name).join(", ");
      const row = await askObject(chosen.name, t("Columns and what they hold, a JSON object. The columns: {0}", columns), "{}");
      if (row === undefined) return;
      await store.call("store put", { store: chosen.name, key: [...key], row }, surroundings());
      notifyRecorded();
    },
  };
}
