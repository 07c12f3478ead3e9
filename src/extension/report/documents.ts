import * as vscode from "vscode";

const scheme = "reward-ledger";

/** Reports as read-only Markdown documents that exist only in this window. */
export type ReportDocuments = Readonly<{
  /** Shows a report, rendered. Showing one of the same name again replaces it. */
  show(name: string, markdown: string): Promise<void>;
  /** Replaces the text of a report that was shown, wherever it is still open. */
  update(name: string, markdown: string): void;
  dispose(): void;
}>;

/** Registers the provider of report documents. */
export function createReportDocuments(): ReportDocuments {
  const contents = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) =>
      contents.get(uri.query) ?? vscode.l10n.t("This report belongs to an earlier window. Run its command again."),
  });
  const update = (name: string, markdown: string): vscode.Uri => {
    const uri = vscode.Uri.from({ scheme, path: `/${name.replaceAll("/", "-")}.md`, query: name });
    contents.set(name, markdown);
    changed.fire(uri);
    return uri;
  };
  return {
    update: (name, markdown) => void update(name, markdown),
    show: async (name, markdown) => {
      const uri = update(name, markdown);
      // The command is known only once that extension runs, which the command itself brings about.
      const markdownExtension = vscode.extensions.getExtension("vscode.markdown-language-features");
      if (markdownExtension !== undefined) await vscode.commands.executeCommand("markdown.showPreview", uri);
      // It can be disabled; the text is readable as it is.
      else await vscode.window.showTextDocument(uri, { preview: true });
    },
    dispose: () => {
      provider.dispose();
      changed.dispose();
    },
  };
}
