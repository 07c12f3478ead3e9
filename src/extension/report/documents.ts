import * as vscode from "vscode";

const scheme = "reward-ledger";

/** Reports as read-only Markdown documents that exist only in this window. */
export type ReportDocuments = Readonly<{
  /** Shows a report, rendered. Showing one of the same name again replaces it. */
  show(name: string, markdown: string): Promise<void>;
  dispose(): void;
}>;

/** Registers the provider of report documents. */
export function createReportDocuments(): ReportDocuments {
  const contents = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) =>
      contents.get(uri.path) ?? vscode.l10n.t("This report belongs to an earlier window. Run its command again."),
  });
  return {
    show: async (name, markdown) => {
      const uri = vscode.Uri.from({ scheme, path: `/${name.replaceAll("/", "-")}.md` });
      contents.set(uri.path, markdown);
      changed.fire(uri);
      const commands = await vscode.commands.getCommands(true);
      if (commands.includes("markdown.showPreview")) await vscode.commands.executeCommand("markdown.showPreview", uri);
      // The built-in Markdown extension can be disabled; the text is readable as it is.
      else await vscode.window.showTextDocument(uri, { preview: true });
    },
    dispose: () => {
      provider.dispose();
      changed.dispose();
    },
  };
}
