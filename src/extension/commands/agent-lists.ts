import * as vscode from "vscode";
import { anyListDocument, anyRowDocument, listDocument } from "../../features/agent/documents/rows.ts";
import { ciEstimateDocument, recallDocument, storeInitDocument } from "../../features/agent/documents/stores.ts";
import { audit } from "../../features/agent/model/audit.ts";
import { ciHistory } from "../../features/agent/model/ci-history.ts";
import { feedback } from "../../features/agent/model/feedback.ts";
import { inbox } from "../../features/agent/model/inbox.ts";
import { learnings } from "../../features/agent/model/learnings.ts";
import { memory, memoryTopics } from "../../features/agent/model/memory.ts";
import { selfEdits } from "../../features/agent/model/self-edits.ts";
import type { Store as AgentStore } from "../../features/agent/model/store.ts";
import { agentStores, findStore } from "../../features/agent/model/stores.ts";
import { tasks } from "../../features/agent/model/tasks.ts";
import type { PageView, RowView } from "../../features/agent/operations/views.ts";
import { pick } from "../dialogs/pick.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import type { Handler } from "./register.ts";

export type AgentListCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  scope(): Promise<string | undefined>;
}>;

type AgentListCommands = Readonly<
  Record<
    | "showInbox"
    | "showTasks"
    | "showFeedback"
    | "showAudit"
    | "showCiRuns"
    | "estimateCi"
    | "showMemories"
    | "recallMemories"
    | "showLearnings"
    | "showSelfEdits"
    | "initStores"
    | "showStore"
    | "showStoreRow",
    Handler
  >
>;

/** Rows that a document shows at most, and that are offered to choose from. */
const shown = 200;

/** Commands that show what the agent's stores hold, each as a document. */
export function agentListCommands({ store, documents, surroundingsOf, scope }: AgentListCommandOptions): AgentListCommands {
  const { t } = vscode.l10n;

  const show = async (title: string, of: AgentStore, asked: Promise<PageView<RowView>>): Promise<void> => {
    const rows = await asked;
    await documents.show(title, (words) => listDocument(of)(rows, words));
  };
  const page = async () => ({ project: await scope(), limit: shown });

  return {
    showInbox: async () => show(t("Inbox"), inbox, store.call("inbox list", await page())),
    showTasks: async () => show(t("Tasks"), tasks, store.call("task list", await page())),
    showFeedback: async () => show(t("Feedback"), feedback, store.call("feedback list", await page())),
    showAudit: async () => show(t("Audit"), audit, store.call("audit list", await page())),
    showCiRuns: async () => show(t("CI Runs"), ciHistory, store.call("ci list", await page())),
    estimateCi: async () => {
      const { rows } = await store.call("ci list", await page());
      const known = new Map(
        rows.map(({ workflow_name, branch }) => [JSON.stringify([workflow_name, branch]), { workflow_name, branch }]),
      );
      if (known.size === 0) {
        void vscode.window.showInformationMessage(t("No run of a workflow is recorded."));
        return;
      }
      const choice = await pick(
        t("The next run of which workflow?"),
        [...known.values()].map((one) => ({ label: one.workflow_name, description: one.branch, value: one })),
      );
      if (choice === undefined) return;
      const view = await store.call("ci estimate", choice);
      await documents.show(t("CI Estimate"), (words) => ciEstimateDocument(view, words));
    },
    showMemories: async () => show(t("Memories"), memory, store.call("memory list", await page())),
    recallMemories: async () => {
      const topic = await pick(t("Recall what is known of which topic?"), [
        { label: t("All topics"), value: null },
        ...memoryTopics.map((one) => ({ label: one, value: one })),
      ]);
      if (topic === undefined) return;
      const view = await store.call("memory recall", topic === null ? {} : { topic }, { surroundings: surroundingsOf() });
      await documents.show(t("Memories"), (words) => recallDocument(view, words));
    },
    showLearnings: async () => show(t("Learnings"), learnings, store.call("learn list", await page())),
    showSelfEdits: async () => show(t("Self-Edits"), selfEdits, store.call("self-edit list", await page())),
    initStores: async () => {
      const places = await store.call("store init", {});
      await documents.show(t("Stores"), () => storeInitDocument(places));
    },
    showStore: async (argument) => {
      const named = typeof argument === "string" ? findStore(argument) : undefined;
      const chosen = named ?? (await pickStore(t("Show which store?")));
      if (chosen === undefined) return;
      const rows = await store.call("store list", { store: chosen.name, limit: shown });
      await documents.show(chosen.name, (words) => anyListDocument(rows, words));
    },
    showStoreRow: async () => {
      const chosen = await pickStore(t("A row of which store?"));
      const key = chosen === undefined ? undefined : await pickKey(store, chosen);
      if (chosen === undefined || key === undefined) return;
      const row = await store.call("store get", { store: chosen.name, key: [...key] });
      await documents.show(`${chosen.name} ${key.join(" ")}`, (words) => anyRowDocument(row, words));
    },
  };
}

/** Asks for one of the stores. */
export const pickStore = (placeholder: string): Promise<AgentStore | undefined> =>
  pick(
    placeholder,
    agentStores.map((one) => ({ label: one.name, value: one })),
  );

/** Asks for one of the first rows of a store; gives its key, each of its parts. Says so when there is none. */
export async function pickKey(
  store: Pick<Store, "call">,
  { name, key, columns }: AgentStore,
): Promise<readonly string[] | undefined> {
  const { t } = vscode.l10n;
  const { rows } = await store.call("store list", { store: name, limit: shown });
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(t("{0} has no rows.", name));
    return undefined;
  }
  const others = columns.map((column) => column.name).filter((column) => !key.includes(column));
  return pick(
    t("Which row?"),
    rows.map((row) => {
      const parts = key.map((column) => String(row[column]));
      const told = others.flatMap((column) => (row[column] === null ? [] : [String(row[column])]));
      return { label: parts.join(" "), description: told.join(" · ").slice(0, 120), value: parts };
    }),
  );
}
