import * as vscode from "vscode";
import { anyListDocument, anyRowDocument } from "../../features/agent/documents/rows.ts";
import { ciEstimateDocument } from "../../features/agent/documents/stores.ts";
import type { Store as AgentStore } from "../../features/agent/model/store.ts";
import { agentStores, findStore } from "../../features/agent/model/stores.ts";
import { pick } from "../dialogs/pick.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { Handler } from "./register.ts";

export type AgentListCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  scope(): Promise<string | undefined>;
}>;

type AgentListCommands = Readonly<Record<"estimateCi" | "showStore" | "showStoreRow", Handler>>;

/** Maximum number of rows that a document shows or a quick pick offers. */
const maxRows = 200;

/** Commands that show the content of the agent's stores as documents. */
export function agentListCommands({ store, documents, scope }: AgentListCommandOptions): AgentListCommands {
  const { t } = vscode.l10n;

  const listInput = async () => ({ project: await scope(), limit: maxRows });

  return {
    estimateCi: async () => {
      const { rows } = await store.call("ci list", await listInput());
      const workflows = new Map(
        rows.map(({ workflow_name, branch }) => [JSON.stringify([workflow_name, branch]), { workflow_name, branch }]),
      );
      if (workflows.size === 0) {
        void vscode.window.showInformationMessage(t("No run of a workflow is recorded."));
        return;
      }
      const choice = await pick(
        t("The next run of which workflow?"),
        [...workflows.values()].map((one) => ({ label: one.workflow_name, description: one.branch, value: one })),
      );
      if (choice === undefined) return;
      const view = await store.call("ci estimate", choice);
      await documents.show(t("CI Estimate"), (words) => ciEstimateDocument(view, words));
    },
    showStore: async (argument) => {
      const requested = typeof argument === "string" ? findStore(argument) : undefined;
      const chosen = requested ?? (await pickStore(t("Show which store?")));
      if (chosen === undefined) return;
      const rows = await store.call("store list", { store: chosen.name, limit: maxRows });
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

/** Lets the user choose a store. */
export const pickStore = (placeholder: string): Promise<AgentStore | undefined> =>
  pick(
    placeholder,
    agentStores.map((one) => ({ label: one.name, value: one })),
  );

/** Lets the user choose among the first rows of a store, or shows a message when there is none. @returns the parts of its key */
export async function pickKey(
  store: Pick<Store, "call">,
  { name, key, columns }: AgentStore,
): Promise<readonly string[] | undefined> {
  const { t } = vscode.l10n;
  const { rows } = await store.call("store list", { store: name, limit: maxRows });
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(t("{0} has no rows.", name));
    return undefined;
  }
  const otherColumns = columns.map((column) => column.name).filter((column) => !key.includes(column));
  return pick(
    t("Which row?"),
    rows.map((row) => {
      const parts = key.map((column) => String(row[column]));
      const values = otherColumns.flatMap((column) => (row[column] === null ? [] : [String(row[column])]));
      return { label: parts.join(" "), description: values.join(" · ").slice(0, 120), value: parts };
    }),
  );
}
