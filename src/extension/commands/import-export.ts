import { basename } from "node:path";
import * as vscode from "vscode";
import type { ExportView, StatusView } from "../../features/reviews/operations/views.ts";
import { notifyImported } from "../dialogs/notify-imported.ts";
import { agentChoice, type Choice, pick, pickRecordingAgent } from "../dialogs/pick.ts";
import { withProgress } from "../dialogs/with-progress.ts";
import { runCount } from "../format/figures.ts";
import type { ReportDocuments } from "../report/documents.ts";
import type { Store } from "../store/client.ts";
import type { SurroundingsOf } from "../workspace/environment.ts";
import { folderOf } from "../workspace/folders.ts";
import { exportArgument, urisArgument } from "./arguments.ts";
import type { Handler } from "./register.ts";

export type TransferCommandOptions = Readonly<{
  store: Store;
  surroundingsOf: SurroundingsOf;
  documents: ReportDocuments;
  knownAgents(): readonly string[];
  usualAgent(): string;
  scope(): Promise<string | undefined>;
  /** Shows the user an error that occurs after the command has finished. */
  failed(error: unknown): Promise<void>;
}>;

type TransferCommands = Readonly<Record<"import" | "export", Handler>>;

/** Commands that import or export many runs. Called with arguments, they ask nothing. */
export function transferCommands(options: TransferCommandOptions): TransferCommands {
  const { store, documents } = options;
  const { t } = vscode.l10n;
  return {
    import: async (first, selected) => {
      const selectedFiles = urisArgument(selected ?? first);
      const sources = selectedFiles.length > 0 ? selectedFiles : await pickSources();
      if (sources.length === 0) return;
      const agent =
        selectedFiles.length > 0 ? options.usualAgent() : await pickRecordingAgent(options.usualAgent(), options.knownAgents());
      if (agent === undefined) return;
      const paths = sources.map(({ fsPath }) => fsPath);
      const view = await withProgress(t("Importing review reports"), (signal, onProgress) =>
        store.call("import", { paths, agent }, { signal, onProgress, surroundings: options.surroundingsOf(sources[0]) }),
      );
      notifyImported(view, documents).catch(options.failed);
    },
    export: async (argument) => {
      const project = await options.scope();
      const choice = parseExportChoice(argument) ?? (await pickExport(() => store.call("agents", { project })));
      if (choice === undefined) return;
      const { format, agent, target, replace } = choice;
      const out = target !== inEditor && target.scheme === "file" ? target.fsPath : undefined;
      const view = await withProgress(t("Exporting runs"), (signal, onProgress) =>
        store.call("export", { format, agent, project, out, force: replace }, { signal, onProgress }),
      );
      if (target === inEditor) return openExport(view);
      if (view.content !== null) await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(view.content));
      notifyExported(view, target).catch(options.failed);
    },
  };
}

async function pickSources(): Promise<readonly vscode.Uri[]> {
  const { t } = vscode.l10n;
  // On most systems a dialog offers either files or folders, so the user chooses which first.
  const kind = await pick<"files" | "folder">(t("Import what?"), [
    { label: t("Files…"), description: t("report files, an exported ledger, a specfact ledger.json"), value: "files" },
    { label: t("Folder…"), description: t("every report below it"), value: "folder" },
  ]);
  if (kind === undefined) return [];
  const chosen = await vscode.window.showOpenDialog({
    title: t("Import Reports"),
    openLabel: t("Import"),
    canSelectMany: true,
    canSelectFiles: kind === "files",
    canSelectFolders: kind === "folder",
    ...(kind === "files" ? { filters: { JSON: ["json", "jsonl", "ndjson"], [t("All files")]: ["*"] } } : {}),
  });
  return chosen ?? [];
}

type Format = ExportView["format"];
const inEditor = Symbol("in an editor");
type Target = vscode.Uri | typeof inEditor;
type ExportChoice = Readonly<{ format: Format; agent: string | undefined; target: Target; replace: boolean }>;

/** The choices in the command's argument; undefined without a valid argument. */
function parseExportChoice(argument: unknown): ExportChoice | undefined {
  const parsed = exportArgument(argument);
  if (parsed === undefined) return undefined;
  const target = parsed.out === undefined ? inEditor : vscode.Uri.file(parsed.out);
  return { format: parsed.format, agent: parsed.agent, target, replace: parsed.force ?? false };
}

/** Asks for everything that an export needs; undefined when the user backs out. */
async function pickExport(agents: () => Promise<readonly StatusView[]>): Promise<ExportChoice | undefined> {
  const { t } = vscode.l10n;
  const format = await pick(t("Export as"), formats());
  if (format === undefined) return undefined;
  const choices = async (): Promise<readonly Choice<string>[]> => (await agents()).map(agentChoice);
  const agent = format === "specfact" ? await pick(t("Export the runs of which agent?"), choices()) : undefined;
  if (format === "specfact" && agent === undefined) return undefined;
  const target = await pickTarget(format);
  // The save dialog has already asked whether to replace an existing file.
  return target === undefined ? undefined : { format, agent, target, replace: true };
}

function formats(): readonly Choice<Format>[] {
  const { t } = vscode.l10n;
  return [
    { label: "JSON", description: t("all fields; can be imported again"), value: "json" },
    { label: "CSV", description: t("one line per run, for a spreadsheet"), value: "csv" },
    { label: "specfact", description: t("a ledger.json of one agent"), value: "specfact" },
  ];
}

const fileNames: Readonly<Record<Format, string>> = {
  json: "reward-ledger.json",
  csv: "reward-ledger.csv",
  specfact: "ledger.json",
};

async function pickTarget(format: Format): Promise<Target | undefined> {
  const { t } = vscode.l10n;
  const where = await pick<"file" | typeof inEditor>(t("Export where?"), [
    { label: t("To a File…"), value: "file" },
    { label: t("To an Editor"), value: inEditor },
  ]);
  if (where !== "file") return where;
  const folder = folderOf();
  return vscode.window.showSaveDialog({
    title: t("Export"),
    saveLabel: t("Export"),
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(vscode.Uri.file(folder), fileNames[format]) }),
  });
}

async function openExport({ format, content }: ExportView): Promise<void> {
  const language = format === "csv" ? "plaintext" : "json";
  const document = await vscode.workspace.openTextDocument({ language, content: content ?? "" });
  await vscode.window.showTextDocument(document);
}

async function notifyExported({ runs }: ExportView, target: vscode.Uri): Promise<void> {
  const { t } = vscode.l10n;
  const open = t("Open");
  const message = t("Exported {0} to {1}.", runCount(runs, t), basename(target.path));
  if ((await vscode.window.showInformationMessage(message, open)) === open)
    await vscode.commands.executeCommand("vscode.open", target);
}
