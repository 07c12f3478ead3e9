import * as vscode from "vscode";
import { cancelled } from "../../kernel/errors.ts";
import type { OnProgress } from "../../kernel/progress.ts";
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

/** The problems of a folder's files by their URIs, as the Problems view has them now, without this extension's own. */
function problemsIn(folder: string): ReadonlyMap<string, readonly Problem[]> {
  const listed = vscode.languages
    .getDiagnostics()
    .filter(([{ scheme, fsPath }]) => scheme === "file" && isInside(folder, fsPath));
  return new Map(
    listed.map(([file, diagnostics]) => {
      const uri = file.toString();
      const problems = diagnostics.flatMap((one) => {
        const severity = severityOf(one.severity);
        if (severity === undefined || one.source?.startsWith(ownSource) === true) return [];
        const { message, source, range } = one;
        return [{ uri, line: range.start.line + 1, severity, message, source, code: codeOf(one) }];
      });
      return [uri, problems];
    }),
  );
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

/** The tabs of each file that has one, by its URI. */
function tabsByFile(): ReadonlyMap<string, readonly vscode.Tab[]> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const byFile = new Map<string, vscode.Tab[]>();
  for (const tab of tabs) {
    if (!(tab.input instanceof vscode.TabInputText)) continue;
    const uri = tab.input.uri.toString();
    byFile.set(uri, [...(byFile.get(uri) ?? []), tab]);
  }
  return byFile;
}

/** What the user has open before files are looked at: it is there again afterwards. */
type Opened = Readonly<{ active: vscode.TextEditor | undefined; tabs: ReadonlyMap<string, readonly vscode.Tab[]> }>;

/**
 * Runs work while each of some files has a tab, as some languages report problems for those only. Tabs that it opens are closed again.
 * A file that is no text, or is gone, is passed over.
 * @param opening told before each file is opened; what it throws ends it
 * @param work what is to be done with the files that are open
 */
async function withTabs<T>(
  { active, tabs: before }: Opened,
  files: readonly string[],
  opening: (file: string) => void,
  work: (documents: readonly vscode.TextDocument[]) => Promise<T>,
): Promise<T> {
  const documents: vscode.TextDocument[] = [];
  const opened: vscode.Uri[] = [];
  try {
    for (const file of files) {
      opening(file);
      const uri = vscode.Uri.file(file);
      const document = await vscode.workspace.openTextDocument(uri).then(undefined, () => undefined);
      if (document === undefined) continue;
      documents.push(document);
      if (before.has(uri.toString())) continue;
      opened.push(uri);
      await vscode.window.showTextDocument(document, { preview: false, preserveFocus: true });
    }
    return await work(documents);
  } finally {
    if (active !== undefined && opened.length > 0) {
      await vscode.window.showTextDocument(active.document, active.viewColumn, true);
    }
    const tabs = tabsByFile();
    await vscode.window.tabGroups.close(
      opened.flatMap((uri) => tabs.get(uri.toString()) ?? []),
      true,
    );
  }
}

/**
 * Waits until each language answers a question about its files: then its server runs and has read them.
 * @returns the languages that did not answer in time, by id
 */
async function languagesReady(documents: readonly vscode.TextDocument[], waiting: Waiting): Promise<readonly string[]> {
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
const problemsSettled = ({ quietMs, ...waiting }: Waiting & Readonly<{ quietMs: number }>): Promise<void> =>
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

/** So many files have tabs at a time: more would take the window's memory. */
const mostOpen = 100;

/** How many tabs there may be beside the user's: beyond the limit of editors VS Code closes those that were used least. */
function roomForTabs(): number {
  const limit = vscode.workspace.getConfiguration("workbench.editor.limit");
  if (!limit.get("enabled", false)) return mostOpen;
  const open = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length;
  return Math.max(1, Math.min(mostOpen, limit.get("value", 10) - open));
}

/** Languages report problems within a second or so once they have read a file. */
const quietMs = 1_500;
/** Nobody waits longer for a language to load, in ms. */
const limitMs = 20_000;

/** What languages say of some files; `loading`: those that have not read theirs, by id. */
export type Looked =
  | Readonly<{ loading: readonly string[] }>
  | Readonly<{ problems: readonly Problem[]; languages: readonly string[] }>;

/**
 * Has languages look at each of some files of a folder, which have tabs meanwhile, some after the others.
 * @returns the problems in the folder, those of files that were looked at as they were then
 * @throws cancelled
 */
export async function lookAt(
  folder: string,
  files: readonly string[],
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Looked> {
  const { t } = vscode.l10n;
  const opened = { active: vscode.window.activeTextEditor, tabs: tabsByFile() };
  const atOnce = roomForTabs();
  const looked = new Map<string, readonly Problem[]>();
  const listed: { last: ReadonlyMap<string, readonly Problem[]> } = { last: new Map() };
  const languages = new Set<string>();
  const state = { done: 0 };
  const next = (): void => {
    if (signal.aborted) throw cancelled("the review");
    onProgress({
      done: state.done,
      total: files.length,
      message: t("Checking changed files: {0} of {1}", state.done, files.length),
    });
    state.done += 1;
  };
  for (let from = 0; from === 0 || from < files.length; from += atOnce) {
    const some = files.slice(from, from + atOnce);
    const loading = await withTabs(opened, some, next, async (documents) => {
      const late = await languagesReady(documents, { limitMs, signal });
      await problemsSettled({ quietMs, limitMs, signal });
      if (signal.aborted) throw cancelled("the review");
      listed.last = problemsIn(folder);
      for (const { uri, languageId } of documents) {
        looked.set(uri.toString(), listed.last.get(uri.toString()) ?? []);
        languages.add(languageId);
      }
      return late;
    });
    // Code that no language has read yet would pass.
    if (loading.length > 0) return { loading };
  }
  const problems = new Map([...listed.last, ...looked]);
  return { problems: [...problems.values()].flat(), languages: [...languages] };
}
