import * as vscode from "vscode";
import type { Severity } from "../../features/reviews/model/finding.ts";
import { coalesce } from "../coalesce.ts";
import type { OpenFile, OpenFiles, PlacedFinding } from "./open-files.ts";
import { codeOf, ownSource } from "./problems.ts";

/** Coalescing window in ms: edits within this time cause one redraw. */
const redrawDelayMs = 300;

/**
 * Shows the findings of the newest run in the Problems view. A finding that another extension currently reports as well is
 * omitted.
 */
export function createFindingDiagnostics(files: OpenFiles): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection("reward-ledger.findings");
  const drawn = new Map<string, string>();
  const edited = new Map<string, OpenFile>();

  const redraw = (changedFiles: readonly OpenFile[]): void => {
    const entries = changedFiles.flatMap((file): [vscode.Uri, vscode.Diagnostic[]][] => {
      const shown = file.exists ? withoutReported(file) : [];
      const key = file.uri.toString();
      const fingerprint = shown.map(({ finding, line }) => `${line} ${finding.rule} ${finding.message}`).join("\n");
      if ((drawn.get(key) ?? "") === fingerprint) return [];
      if (fingerprint === "") drawn.delete(key);
      else drawn.set(key, fingerprint);
      return [[file.uri, shown.map(diagnosticOf)]];
    });
    if (entries.length > 0) collection.set(entries);
  };
  const redrawEdited = coalesce(redrawDelayMs, () => {
    const editedFiles = [...edited.keys()].flatMap((key) => edited.get(key) ?? []);
    edited.clear();
    redraw(editedFiles);
  });
  const disposables = [
    collection,
    redrawEdited,
    files.onChange((some) => {
      const [first] = some;
      // Typing changes one document at a time, so only changes of a single drawn file are coalesced.
      if (some.length > 1 || first === undefined || !drawn.has(first.uri.toString())) return redraw(some);
      edited.set(first.uri.toString(), first);
      redrawEdited.soon();
    }),
    vscode.languages.onDidChangeDiagnostics(({ uris }) => redraw(uris.flatMap((uri) => files.get(uri) ?? []))),
  ];
  return { dispose: () => vscode.Disposable.from(...disposables).dispose() };
}

function withoutReported({ uri, findings }: OpenFile): readonly PlacedFinding[] {
  const others = vscode.languages.getDiagnostics(uri).filter(({ source }) => source?.startsWith(ownSource) !== true);
  const reported = new Set(
    others.flatMap((one) => [one.message, codeOf(one)].map((text) => JSON.stringify([one.range.start.line, text]))),
  );
  return findings.filter(
    ({ finding, line }) => ![finding.message, finding.rule].some((text) => reported.has(JSON.stringify([line, text]))),
  );
}

function diagnosticOf({ finding: { message, severity, rule, tool }, line }: PlacedFinding): vscode.Diagnostic {
  const wholeLine = new vscode.Range(line, 0, line, Number.MAX_SAFE_INTEGER);
  const diagnostic = new vscode.Diagnostic(wholeLine, message, severityOf(severity));
  diagnostic.source = `${ownSource} (${tool})`;
  diagnostic.code = rule;
  return diagnostic;
}

function severityOf(severity: Severity): vscode.DiagnosticSeverity {
  switch (severity) {
    case "error":
      return vscode.DiagnosticSeverity.Error;
    case "warning":
      return vscode.DiagnosticSeverity.Warning;
    case "info":
      return vscode.DiagnosticSeverity.Information;
    default:
      return severity satisfies never;
  }
}
