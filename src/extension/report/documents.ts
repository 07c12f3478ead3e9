import * as vscode from "vscode";
import type { Document, Words } from "../../kernel/document.ts";
import { markdownText } from "../../render/markdown/document.ts";

const scheme = "reward-ledger";

/** The content of a report: a document, or Markdown text. */
export type ReportContent = string | ((words: Words) => Document | string);

/** Reports as read-only Markdown documents that exist only in this window. */
export type ReportDocuments = Readonly<{
  /** Shows a report, rendered. A report with the same name is replaced. */
  show(name: string, content: ReportContent): Promise<void>;
  /** Replaces the text of a report wherever it is still open. */
  update(name: string, content: ReportContent): void;
  dispose(): void;
}>;

/** Registers the provider of report documents. @param words returns the current language, formats and time zone */
export function createReportDocuments(words: () => Words): ReportDocuments {
  const contents = new Map<string, string>();
  const changeEmitter = new vscode.EventEmitter<vscode.Uri>();
  const provider = vscode.workspace.registerTextDocumentContentProvider(scheme, {
    onDidChange: changeEmitter.event,
    provideTextDocumentContent: (uri) =>
      contents.get(uri.query) ?? vscode.l10n.t("This report belongs to an earlier window. Run its command again."),
  });
  const toMarkdown = (name: string, content: ReportContent): string => {
    if (typeof content === "string") return content;
    const currentWords = words();
    const document = content(currentWords);
    const moreText = (count: number): string => currentWords.t("and {0} more", currentWords.number(count));
    return typeof document === "string" ? document : markdownText(name, document, moreText);
  };
  const update = (name: string, content: ReportContent): vscode.Uri => {
    const uri = vscode.Uri.from({ scheme, path: `/${name.replaceAll("/", "-")}.md`, query: name });
    contents.set(name, toMarkdown(name, content));
    changeEmitter.fire(uri);
    return uri;
  };
  return {
    update: (name, content) => void update(name, content),
    show: async (name, content) => {
      const uri = update(name, content);
      // The command is registered only once that extension is active, and executing the command activates it.
      const markdownExtension = vscode.extensions.getExtension("vscode.markdown-language-features");
      if (markdownExtension !== undefined) await vscode.commands.executeCommand("markdown.showPreview", uri);
      // The Markdown extension can be disabled; the source text is readable too.
      else await vscode.window.showTextDocument(uri, { preview: true });
    },
    dispose: () => {
      provider.dispose();
      changeEmitter.dispose();
    },
  };
}
