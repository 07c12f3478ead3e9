import * as vscode from "vscode";
import { fixClasses } from "../../features/agent/model/feedback.ts";
import { memoryTopics } from "../../features/agent/model/memory.ts";
import { chooseRow } from "../agent/choose.ts";
import { askText } from "../dialogs/ask-text.ts";
import { askValue } from "../dialogs/ask-value.ts";
import { pick } from "../dialogs/pick.ts";
import { dollarsOf, objectTextOf, wholeOf } from "../format/parse-input.ts";
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

type AgentRecordCommands = Readonly<
  Record<
    | "addSpend"
    | "addAudit"
    | "addCiRun"
    | "addMemory"
    | "supersedeMemory"
    | "addLearning"
    | "addSelfEdit"
    | "heartbeatTask"
    | "putStoreRow",
    Handler
  >
>;

/** How CI says that a run ended. */
const conclusions = ["success", "failure", "cancelled", "timed_out"] as const;

/** Commands that record for the agent what it usually records by itself: each asks for what the verb needs. */
export function agentRecordCommands(options: AgentRecordCommandOptions): AgentRecordCommands {
  const { store, surroundingsOf, scope } = options;
  const { t } = vscode.l10n;
  const surroundings = () => ({ surroundings: surroundingsOf() });
  const recorded = (): void => void vscode.window.setStatusBarMessage(t("Recorded."), 5_000);

  const askCount = (title: string, prompt: string): Promise<number | undefined> =>
    askValue({ title, prompt, parse: (text) => (text.trim() === "" ? 0 : wholeOf(text)), problem: t("Enter a whole number.") });
  const askObject = (title: string, prompt: string, initial: string): Promise<string | undefined> =>
    askValue({ title, prompt, initial, parse: objectTextOf, problem: t("Enter a JSON object.") });

  return {
    addSpend: async () => {
      const title = t("Add Spend");
      const model = await askText(title, t("Which model was called?"));
      if (model === undefined) return;
      const call_site = await askText(title, t("Where in the agent: triage, plan, review …"));
      if (call_site === undefined) return;
      const usd = await askValue({
        title,
        prompt: t("What did it cost, in dollars?"),
        parse: (text) => dollarsOf(text, true),
        problem: t("Enter an amount such as 25 or 2.50."),
      });
      if (usd === undefined) return;
      const input_tokens = await askCount(title, t("How many input tokens? Leave empty for none."));
      if (input_tokens === undefined) return;
      const output_tokens = await askCount(title, t("How many output tokens? Leave empty for none."));
      if (output_tokens === undefined) return;
      await store.call("spend add", { model, call_site, usd, input_tokens, output_tokens }, surroundings());
      recorded();
    },
    addAudit: async () => {
      const title = t("Add Audit Entry");
      const tool_name = await askText(title, t("Which tool was used?"));
      if (tool_name === undefined) return;
      const args_json = await askObject(title, t("What was it called with? A JSON object."), "{}");
      if (args_json === undefined) return;
      const error = await askText(title, t("Class of the error. Leave empty if it succeeded."), true);
      if (error === undefined) return;
      await store.call("audit add", { tool_name, args_json, ...(error === "" ? {} : { error }) }, surroundings());
      recorded();
    },
    addCiRun: async () => {
      const title = t("Add CI Run");
      const workflow_name = await askText(title, t("Name of the workflow"));
      if (workflow_name === undefined) return;
      const branch = await askText(title, t("On which branch?"));
      if (branch === undefined) return;
      const run_id = await askValue({
        title,
        prompt: t("Number of the run"),
        parse: wholeOf,
        problem: t("Enter a whole number."),
      });
      if (run_id === undefined) return;
      const conclusion = await pick(t("How did it end?"), [
        ...conclusions.map((one) => ({ label: one, value: one })),
        { label: t("It still runs"), value: null },
      ]);
      if (conclusion === undefined) return;
      const duration =
        conclusion === null ? 0 : await askCount(title, t("How many seconds did it take? Leave empty if unknown."));
      if (duration === undefined) return;
      await store.call(
        "ci add",
        {
          workflow_name,
          branch,
          run_id,
          ...(conclusion === null ? {} : { conclusion }),
          ...(duration === 0 ? {} : { duration_s: duration }),
        },
        surroundings(),
      );
      recorded();
    },
    addMemory: async () => {
      const topic = await pick(
        t("What is the memory about?"),
        memoryTopics.map((one) => ({ label: one, value: one })),
      );
      if (topic === undefined) return;
      const payload_json = await askObject(t("Add Memory"), t("What was learnt? A JSON object."), "{}");
      if (payload_json === undefined) return;
      await store.call("memory add", { topic, payload_json }, surroundings());
      recorded();
    },
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
      recorded();
    },
    addLearning: async () => {
      const title = t("Add Learning");
      const observation = await askText(title, t("What was observed? One line."));
      if (observation === undefined) return;
      const task_id = await askText(title, t("In which task? Its id."));
      if (task_id === undefined) return;
      const to = await pick<"GAIA.md" | "skill" | "dismissed">(t("What may it become?"), [
        { label: t("Nothing yet"), description: "dismissed", value: "dismissed" },
        { label: t("A rule in GAIA.md"), description: "GAIA.md", value: "GAIA.md" },
        { label: t("A skill"), description: "skill:…", value: "skill" },
      ]);
      if (to === undefined) return;
      const skill = to === "skill" ? await askText(title, t("Name of the skill")) : "";
      if (skill === undefined) return;
      await store.call("learn add", { observation, task_id, to: to === "skill" ? `skill:${skill}` : to }, surroundings());
      recorded();
    },
    addSelfEdit: async () => {
      const title = t("Add Self-Edit");
      const pr = await askText(title, t("Address of the pull request"));
      if (pr === undefined) return;
      const fix_class = await pick(
        t("What kind of fix is it?"),
        fixClasses.map((one) => ({ label: one, value: one })),
      );
      if (fix_class === undefined) return;
      const before_sha = await askText(title, t("Commit before"));
      if (before_sha === undefined) return;
      const after_sha = await askText(title, t("Commit after"));
      if (after_sha === undefined) return;
      const confidence = await askValue({
        title,
        prompt: t("How sure was the review, 0 to 100?"),
        parse: (text) => {
          const value = wholeOf(text);
          return value === undefined || value > 100 ? undefined : value;
        },
        problem: t("Enter a whole number from 0 to 100."),
      });
      if (confidence === undefined) return;
      const em_review = await askText(title, t("What did the human say, such as approved?"));
      if (em_review === undefined) return;
      await store.call("self-edit add", { pr, fix_class, before_sha, after_sha, confidence, em_review }, surroundings());
      recorded();
    },
    heartbeatTask: async (argument) => {
      const row = agentRowArgument(argument);
      const id =
        row?.kind === "task" ? row.id : await chooseRow(options, t("Send a heartbeat of which task?"), "task", ["running"]);
      if (id === undefined) return;
      await store.call("task heartbeat", { id }, surroundings());
      recorded();
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
      recorded();
    },
  };
}
