import * as vscode from "vscode";
import { memoryTopics } from "../../features/agent/model/memory.ts";
import type { Store as AgentStore } from "../../features/agent/model/store.ts";
import { agentStores } from "../../features/agent/model/stores.ts";
import type { PageView, RowView } from "../../features/agent/operations/views.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import { pick } from "../dialogs/pick.ts";
import type { ReportDocuments } from "../report/documents.ts";
import { rowReportOf, rowsReport } from "../report/rows-report.ts";
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

  const show = async (title: string, columns: readonly string[], page: Promise<PageView<RowView>>): Promise<void> => {
    const { rows, cursor } = await page;
    await documents.show(title, rowsReport(title, columns, rows, { more: cursor !== null, t }));
  };
  const page = async () => ({ project: await scope(), limit: shown });

  return {
    showInbox: async () =>
      show(
        t("Inbox"),
        ["received_at", "severity", "state", "from_handle", "body", "answer", "id"],
        store.call("inbox list", await page()),
      ),
    showTasks: async () =>
      show(
        t("Tasks"),
        ["priority", "state", "inputs_json", "worker", "stage", "last_heartbeat_at", "cost_usd", "id"],
        store.call("task list", await page()),
      ),
    showFeedback: async () =>
      show(
        t("Feedback"),
        ["received_at", "severity", "state", "fix_class", "body", "context_url", "id"],
        store.call("feedback list", await page()),
      ),
    showAudit: async () =>
      show(
        t("Audit"),
        ["occurred_at", "tool_name", "task_id", "duration_ms", "error", "args_json", "id"],
        store.call("audit list", await page()),
      ),
    showCiRuns: async () =>
      show(
        t("CI Runs"),
        ["started_at", "workflow_name", "branch", "run_id", "duration_s", "conclusion"],
        store.call("ci list", await page()),
      ),
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
      const { runs, median_s, p90_s, average_s, success_percent } = await store.call("ci estimate", choice);
      const seconds = (value: number | null): string => (value === null ? t("unknown") : t("{0} s", value));
      const lines = [
        [t("Usually (median)"), seconds(median_s)],
        [t("Nine of ten within"), seconds(p90_s)],
        [t("On average"), seconds(average_s)],
        [t("Passed"), success_percent === null ? t("unknown") : `${success_percent} %`],
        [t("Finished runs it rests on"), String(runs)],
      ];
      const title = `${choice.workflow_name} · ${choice.branch}`;
      const cells = lines.map((line) => line.map((cell) => plain(cell)));
      await documents.show(t("CI Estimate"), `# ${plain(title)}\n\n${table([" ", " "], ["left", "right"], cells)}\n`);
    },
    showMemories: async () =>
      show(
        t("Memories"),
        ["created_at", "topic", "payload_json", "confidence", "recall_count", "superseded_by", "id"],
        store.call("memory list", await page()),
      ),
    recallMemories: async () => {
      const topic = await pick(t("Recall what is known of which topic?"), [
        { label: t("All topics"), value: null },
        ...memoryTopics.map((one) => ({ label: one, value: one })),
      ]);
      if (topic === undefined) return;
      const { rows } = await store.call("memory recall", topic === null ? {} : { topic }, { surroundings: surroundingsOf() });
      const columns = ["topic", "payload_json", "confidence", "recall_count", "created_at", "id"];
      await documents.show(t("Memories"), rowsReport(t("Memories"), columns, rows, { more: false, t }));
    },
    showLearnings: async () =>
      show(t("Learnings"), ["ts", "task_id", "observation", "candidate"], store.call("learn list", await page())),
    showSelfEdits: async () =>
      show(
        t("Self-Edits"),
        ["ts", "pr", "fix_class", "confidence", "em_review", "auto_merged", "feedback_id"],
        store.call("self-edit list", await page()),
      ),
    initStores: async () => {
      const places = await store.call("store init", {});
      const cells = Object.entries(places).map(([name, place]) => [plain(name), plain(place)]);
      await documents.show(t("Stores"), `# ${t("Stores")}\n\n${table([t("Store"), t("Place")], ["left", "left"], cells)}\n`);
    },
    showStore: async () => {
      const chosen = await pickStore(t("Show which store?"));
      if (chosen === undefined) return;
      const columns = chosen.columns.map(({ name }) => name);
      await show(chosen.name, columns, store.call("store list", { store: chosen.name, limit: shown }));
    },
    showStoreRow: async () => {
      const chosen = await pickStore(t("A row of which store?"));
      const key = chosen === undefined ? undefined : await pickKey(store, chosen);
      if (chosen === undefined || key === undefined) return;
      const row = await store.call("store get", { store: chosen.name, key: [...key] });
      await documents.show(`${chosen.name} ${key.join(" ")}`, rowReportOf(`${chosen.name} ${key.join(" ")}`, row));
    },
  };
}

/** Asks for one of the ten stores. */
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
