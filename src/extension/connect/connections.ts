import * as vscode from "vscode";
import { connectDocument } from "../../features/connect/documents/connect.ts";
import type { ConnectView } from "../../features/connect/model/views.ts";
import type { OperationInput } from "../../features/operations.ts";
import type { AgentConnection, PanelHost } from "../../protocol/trends-panel.ts";
import { chooseFolder } from "../dialogs/choose-folder.ts";
import { isTrusted } from "../dialogs/trust.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { SampleMode } from "../sample/mode.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { diskFolders } from "../workspace/folders.ts";

type Options = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  documents: ReportDocuments;
  sample: Pick<SampleMode, "home">;
  /** Called when connections may have changed. */
  changed(): void;
}>;

const actionInputs: Readonly<Record<AgentConnection["action"], OperationInput<"connect">>> = {
  connect: {},
  enforce: { enforce_budget: true },
  connect_project: { project: true },
  remove: { remove: true },
  remove_project: { project: true, remove: true },
};

/**
 * Lists and changes the connections of the coding agents on this machine. The user sees and confirms each change before it is
 * written.
 */
export function agentConnections(options: Options): Pick<PanelHost, "connections" | "changeConnection"> {
  const { t } = vscode.l10n;
  const { store, surroundingsOf, documents, sample, changed } = options;
  const connect = (input: OperationInput<"connect">, surroundings = surroundingsOf()): Promise<ConnectView> =>
    store.call("connect", input, { surroundings });
  const show = (view: ConnectView): Promise<void> => documents.show(t("Connect Agents"), (words) => connectDocument(view, words));

  /** @returns whether the change was made */
  const applyChange = async (input: OperationInput<"connect">): Promise<boolean> => {
    if (sample.home() !== undefined) {
      // The entries name the ledger that agents record to, and the sample's ledger is temporary.
      void vscode.window.showWarningMessage(t("Leave the sample data first: agents record to your own ledger."));
      return false;
    }
    if (input.project === true && !(await isTrusted(t("Files of a workspace are changed only when you trust it.")))) return false;
    const folder = input.project === true ? await chooseFolder(t("Connect in which folder?")) : undefined;
    if (input.project === true && folder === undefined) return false;
    const surroundings = folder === undefined ? surroundingsOf() : surroundingsOf(vscode.Uri.file(folder));
    const plan = await connect({ ...input, dry_run: true }, surroundings);
    await show(plan);
    if (plan.changes.length === 0) return false;
    const write = t("Write");
    const detail = plan.changes.map(({ path }) => path).join("\n");
    const message = input.remove === true ? t("Remove the entries from these files?") : t("Write the entries to these files?");
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, write)) !== write) return false;
    await show(await connect({ ...input, yes: true }, surroundings));
    return true;
  };

  return {
    connections: async () => {
      const { hosts } = await connect({ check: true });
      return { hosts, project_open: diskFolders().length > 0 };
    },
    changeConnection: async ({ host, action }) => {
      if (await applyChange({ hosts: [host], ...actionInputs[action] })) changed();
      return null;
    },
  };
}
