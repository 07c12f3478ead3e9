import * as vscode from "vscode";
import { isInside } from "./finding-place.ts";
import type { Problem } from "./problems-sarif.ts";

/** What this extension itself shows in the Problems view begins so. */
export const ownSource = "Reward Ledger";

/** Hints are suggestions of the editor and no findings. */
function severityOf(severity: vscode.DiagnosticSeverity): Problem["severity"] | undefined {
  switch (severity) {
    case vscode.DiagnosticSeverity.Error:
      return "error";
    case vscode.DiagnosticSeverity.Warning:
      return "warning";
    case vscode.DiagnosticSeverity.Information:
      return "note";
    case vscode.DiagnosticSeverity.Hint:
      return undefined;
    default:
      return severity satisfies never;
  }
}

export const codeOf = ({ code }: vscode.Diagnostic): string | undefined => {
  const value = typeof code === "object" ? code.value : code;
  return value === undefined ? undefined : String(value);
};

/** The problems of a folder's files, as the Problems view has them now, without this extension's own. */
export function problemsIn(folder: string): readonly Problem[] {
  return vscode.languages.getDiagnostics().flatMap(([uri, diagnostics]) => {
    if (uri.scheme !== "file" || !isInside(folder, uri.fsPath)) return [];
    return diagnostics.flatMap((one) => {
      const severity = severityOf(one.severity);
      if (severity === undefined || one.source?.startsWith(ownSource) === true) return [];
      const { message, source, range } = one;
      return [{ uri: uri.toString(), line: range.start.line + 1, severity, message, source, code: codeOf(one) }];
    });
  });
}

type Waiting = Readonly<{
  /** Waits no longer than this, in ms. */
  limitMs: number;
  signal: AbortSignal;
}>;

/** Resolves when the time is over or the work cancelled, with whatever else ends it first. */
function within({ limitMs, signal }: Waiting, start: (end: () => void) => () => void): Promise<void> {
  return new Promise((done) => {
    const end = (): void => {
      clearTimeout(limit);
      signal.removeEventListener("abort", end);
      stop();
      done();
    };
    const limit = setTimeout(end, limitMs);
    signal.addEventListener("abort", end);
    const stop = start(end);
  });
}

const tabsOf = (uri: vscode.Uri): readonly vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString());

/**
 * Runs work while each of some files has a tab, as some languages report problems for those only. Tabs that it opens are closed again.
 * A file that is no text, or is gone, is passed over.
 * @param work what is to be done with the files that are open
 */
export async function withTabs<T>(
  files: readonly string[],
  work: (documents: readonly vscode.TextDocument[]) => Promise<T>,
): Promise<T> {
  const active = vscode.window.activeTextEditor;
  const documents: vscode.TextDocument[] = [];
  const opened: vscode.Uri[] = [];
  try {
    for (const file of files) {
      const uri = vscode.Uri.file(file);
      const document = await vscode.workspace.openTextDocument(uri).then(undefined, () => undefined);
      if (document === undefined) continue;
      documents.push(document);
      if (tabsOf(uri).length > 0) continue;
      opened.push(uri);
      await vscode.window.showTextDocument(document, { preview: false, preserveFocus: true });
    }
    return await work(documents);
  } finally {
    if (active !== undefined && opened.length > 0) {
      await vscode.window.showTextDocument(active.document, active.viewColumn, true);
    }
    await vscode.window.tabGroups.close(opened.flatMap(tabsOf), true);
  }
}

/**
 * Waits until each language answers a question about its files: then its server runs and has read them.
 * @returns the languages that did not answer in time, by id
 */
export async function languagesReady(documents: readonly vscode.TextDocument[], waiting: Waiting): Promise<readonly string[]> {
  const waitingFor = new Set(documents);
  const ask = async (document: vscode.TextDocument): Promise<void> => {
    await vscode.commands.executeCommand("vscode.executeDocumentSymbolProvider", document.uri).then(undefined, () => undefined);
    waitingFor.delete(document);
  };
  const all = Promise.all(documents.map(ask));
  await within(waiting, (end) => {
    void all.then(end);
    return () => undefined;
  });
  return [...new Set([...waitingFor].map(({ languageId }) => languageId))].toSorted();
}

/** Waits until no problem has changed for `quietMs`. */
export const problemsSettled = ({ quietMs, ...waiting }: Waiting & Readonly<{ quietMs: number }>): Promise<void> =>
  within(waiting, (end) => {
    const quiet = { timer: setTimeout(end, quietMs) };
    const changes = vscode.languages.onDidChangeDiagnostics(() => {
      clearTimeout(quiet.timer);
      quiet.timer = setTimeout(end, quietMs);
    });
    return () => {
      clearTimeout(quiet.timer);
      changes.dispose();
    };
  });
