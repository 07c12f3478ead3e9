import * as vscode from "vscode";
import { cancelled } from "../../kernel/errors.ts";
import type { OnProgress } from "../../kernel/progress.ts";
import { isInside } from "./finding-place.ts";
import type { Problem } from "./problems-sarif.ts";

/** Prefix of the source of this extension's own entries in the Problems view. */
export const ownSource = "Reward Ledger";

/** Maps the severity; undefined for hints, which are suggestions of the editor and not findings. */
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

/** The current problems of a folder's files by URI, without this extension's own. */
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

type WaitOptions = Readonly<{
  /** Maximum waiting time in ms. */
  limitMs: number;
  signal: AbortSignal;
}>;

/** Resolves when `start` calls `end`, at the timeout, or when the work is cancelled, whichever comes first. */
function waitFor({ limitMs, signal }: WaitOptions, start: (end: () => void) => () => void): Promise<void> {
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

/** The user's active editor and tabs before the check; they are restored afterwards. */
type EditorSnapshot = Readonly<{ active: vscode.TextEditor | undefined; tabs: ReadonlyMap<string, readonly vscode.Tab[]> }>;

/**
 * Runs work while each of the files has a tab, because some languages report problems only for open files. Closes the tabs that
 * it opened. Skips files that are not text or do not exist.
 * @param beforeOpen called before each file is opened; an error it throws stops the run
 * @param work called with the open files
 */
async function withTabs<T>(
  { active, tabs: before }: EditorSnapshot,
  files: readonly string[],
  beforeOpen: (file: string) => void,
  work: (documents: readonly vscode.TextDocument[]) => Promise<T>,
): Promise<T> {
  const documents: vscode.TextDocument[] = [];
  const opened: vscode.Uri[] = [];
  try {
    for (const file of files) {
      beforeOpen(file);
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
 * Waits until each language answers a request about its files, which shows that its server runs and has read them.
 * @returns the languages that did not answer in time, by id
 */
async function languagesReady(documents: readonly vscode.TextDocument[], waiting: WaitOptions): Promise<readonly string[]> {
  const pending = new Set(documents);
  const probe = async (document: vscode.TextDocument): Promise<void> => {
    await vscode.commands.executeCommand("vscode.executeDocumentSymbolProvider", document.uri).then(undefined, () => undefined);
    pending.delete(document);
  };
  const all = Promise.all(documents.map(probe));
  await waitFor(waiting, (end) => {
    void all.then(end);
    return () => undefined;
  });
  return [...new Set([...pending].map(({ languageId }) => languageId))].toSorted();
}

/** Waits until no problem has changed for `quietMs`. */
const problemsSettled = ({ quietMs, ...waiting }: WaitOptions & Readonly<{ quietMs: number }>): Promise<void> =>
  waitFor(waiting, (end) => {
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

/** Maximum number of files with tabs at a time, to limit the window's memory. */
const maxOpenTabs = 100;

/** Number of tabs that may be opened beside the user's: above its editor limit, VS Code closes the least recently used ones. */
function availableTabs(): number {
  const limit = vscode.workspace.getConfiguration("workbench.editor.limit");
  if (!limit.get("enabled", false)) return maxOpenTabs;
  const open = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).length;
  return Math.max(1, Math.min(maxOpenTabs, limit.get("value", 10) - open));
}

/** Time in ms without changed problems after which they count as settled; languages report within about a second. */
const quietMs = 1_500;
/** Maximum time in ms to wait for a language to load. */
const limitMs = 20_000;

/** The problems that languages report; or `loading`, the ids of languages that have not read their files yet. */
export type ProblemScan =
  | Readonly<{ loading: readonly string[] }>
  | Readonly<{ problems: readonly Problem[]; languages: readonly string[] }>;

/**
 * Opens the files of a folder in tabs, in batches, so that languages check them.
 * @returns the problems in the folder; for the checked files, as of the time of their check
 * @throws cancelled
 */
export async function collectProblems(
  folder: string,
  files: readonly string[],
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<ProblemScan> {
  const { t } = vscode.l10n;
  const opened = { active: vscode.window.activeTextEditor, tabs: tabsByFile() };
  const batchSize = availableTabs();
  const checked = new Map<string, readonly Problem[]>();
  const listed: { last: ReadonlyMap<string, readonly Problem[]> } = { last: new Map() };
  const languages = new Set<string>();
  const state = { done: 0 };
  const advance = (): void => {
    if (signal.aborted) throw cancelled("the review");
    onProgress({
      done: state.done,
      total: files.length,
      message: t("Checking changed files: {0} of {1}", state.done, files.length),
    });
    state.done += 1;
  };
  for (let from = 0; from === 0 || from < files.length; from += batchSize) {
    const batch = files.slice(from, from + batchSize);
    const loading = await withTabs(opened, batch, advance, async (documents) => {
      const unready = await languagesReady(documents, { limitMs, signal });
      await problemsSettled({ quietMs, limitMs, signal });
      if (signal.aborted) throw cancelled("the review");
      listed.last = problemsIn(folder);
      for (const { uri, languageId } of documents) {
        checked.set(uri.toString(), listed.last.get(uri.toString()) ?? []);
        languages.add(languageId);
      }
      return unready;
    });
    // Code that no language has read yet would count as free of problems.
    if (loading.length > 0) return { loading };
  }
  const problems = new Map([...listed.last, ...checked]);
  return { problems: [...problems.values()].flat(), languages: [...languages] };
}
