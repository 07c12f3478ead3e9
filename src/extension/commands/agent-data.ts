import * as vscode from "vscode";
import { storeImportDocument } from "../../features/agent/documents/stores.ts";
import { agentStores } from "../../features/agent/model/stores.ts";
import type { StoreImportView } from "../../features/agent/operations/views.ts";
import { digestDocument } from "../../features/digest/documents/digest.ts";
import type { OperationInput } from "../../features/operations.ts";
import { pick } from "../dialogs/pick.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { folderOf } from "../workspace/folders.ts";
import { uriArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type AgentDataCommandOptions = Readonly<{
  store: Store;
  documents: ReportDocuments;
  surroundingsOf: SurroundingsOf;
  scope(): Promise<string | undefined>;
  /** Shows the user an error that occurs after the command has finished. */
  failed(error: unknown): Promise<void>;
}>;

type AgentDataCommands = Readonly<Record<"weeklyDigest" | "importAgentHome" | "exportStore", Handler>>;

/** Commands that import or export the agent's stores, and the one that shows the weekly digest. */
export function agentDataCommands(options: AgentDataCommandOptions): AgentDataCommands {
  const { store, documents, surroundingsOf } = options;
  const { t } = vscode.l10n;
  return {
    weeklyDigest: async () => {
      const view = await store.call("digest", { project: await options.scope() });
      await documents.show(t("Weekly Digest"), (words) => digestDocument(view, words));
    },
    importAgentHome: async (argument) => {
      const folder = uriArgument(argument) ?? (await pickHome());
      if (folder === undefined) return;
      const view = await withProgress(t("Importing the agent's home"), (signal, onProgress) =>
        store.call("store import", { home: folder.fsPath }, { signal, onProgress, surroundings: surroundingsOf() }),
      );
      notifyImported(view, documents).catch(options.failed);
    },
    exportStore: async () => {
      const choice = await pickExport();
      if (choice === undefined) return;
      const { name, format, target } = choice;
      const out = target.scheme === "file" ? target.fsPath : undefined;
      const { rows, content } = await withProgress(t("Exporting rows"), (signal) =>
        store.call("store export", { store: name, format, out, force: true }, { signal }),
      );
      if (content !== null) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(content));
      notifyExported(name, rows, target).catch(options.failed);
    },
  };
}

async function pickHome(): Promise<vscode.Uri | undefined> {
  const { t } = vscode.l10n;
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: t("Import an Agent's Home"),
      openLabel: t("Import"),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return folder;
}

/** Shows the result of an import; when something was refused, with a button that shows what and why. */
async function notifyImported(view: StoreImportView, documents: ReportDocuments): Promise<void> {
  const { t } = vscode.l10n;
  const total = (count: (one: StoreImportView["stores"][number]) => number): number =>
    view.stores.reduce((sum, one) => sum + count(one), 0);
  const refused = total((one) => one.refused.length);
  const message = t(
    "Imported: {0}, already known: {1}, refused: {2}.",
    total((one) => one.taken),
    total((one) => one.known),
    refused,
  );
  const details = t("Show Details");
  const show = refused === 0 ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
  if ((await show(message, details)) === details) await documents.show(t("Import"), (words) => storeImportDocument(view, words));
}

type Format = NonNullable<OperationInput<"store export">["format"]>;

/** Asks for everything that an export needs; undefined when the user backs out. */
async function pickExport(): Promise<Readonly<{ name: string; format: Format; target: vscode.Uri }> | undefined> {
  const { t } = vscode.l10n;
  const name = await pick(
    t("Export which store?"),
    agentStores.map((one) => ({ label: one.name, value: one.name })),
  );
  if (name === undefined) return undefined;
  const format = await pick<Exclude<Format, "native">>(t("Export as"), [
    { label: "JSON", description: t("one list of rows"), value: "json" },
    { label: "JSON Lines", description: t("one row per line"), value: "jsonl" },
    { label: "CSV", description: t("one row per line, for a spreadsheet"), value: "csv" },
  ]);
  if (format === undefined) return undefined;
  const folder = folderOf();
  const target = await vscode.window.showSaveDialog({
    title: t("Export"),
    saveLabel: t("Export"),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(vscode.Uri.file(folder), `${name}.${format}`) }),
  });
  return target === undefined ? undefined : { name, format, target };
}

async function notifyExported(name: string, rows: number, target: vscode.Uri): Promise<void> {
  const { t } = vscode.l10n;
  const open = t("Open");
  if (
    (await vscode.window.showInformationMessage(
      t("Exported {0}: {1}.", name, rows === 1 ? t("1 row") : t("{0} rows", rows)),
      open,
    )) === open
  )
    await vscode.commands.executeCommand("vscode.open", target);
}
