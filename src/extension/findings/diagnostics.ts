import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import type { Severity } from "../../features/reviews/model/finding.ts";
import type { FindingView, RunDetailView } from "../../features/reviews/operations/views.ts";
import { toErrorView } from "../../kernel/errors.ts";
import type { Logger } from "../../ports/ports.ts";
import { byFile } from "./by-file.ts";
import { candidatePaths } from "./finding-place.ts";
import { ownSource } from "./problems.ts";

export type FindingDiagnosticsOptions = Readonly<{
  /** The folders of the workspace. */
  folders(): readonly string[];
  /** The newest run of the folder's project; undefined when it has none. */
  newestRun(folder: string): Promise<RunDetailView | undefined>;
  log: Logger;
}>;

/** The findings of each folder's last run in the Problems view. */
export type FindingDiagnostics = Readonly<{ refresh(): Promise<void>; dispose(): void }>;

/** Makes the diagnostics. They are drawn anew by `refresh`; a refresh that is overtaken by a later one is dropped. */
export function createFindingDiagnostics({ folders, newestRun, log }: FindingDiagnosticsOptions): FindingDiagnostics {
  const collection = vscode.languages.createDiagnosticCollection("reward-ledger.findings");
  const state = { turn: 0 };
  return {
    refresh: async () => {
      const turn = ++state.turn;
      try {
        const entries = (
          await Promise.all(folders().map(async (folder) => diagnosticsOf(folder, await newestRun(folder))))
        ).flat();
        if (turn !== state.turn) return;
        collection.clear();
        for (const [uri, diagnostics] of entries) collection.set(uri, diagnostics);
      } catch (error) {
        // Problems are a help beside the views; those show the error, and the next change of the ledger tries again.
        log.warn(`Could not list the findings of the last run: ${toErrorView(error).message}`);
      }
    },
    dispose: () => {
      state.turn += 1;
      collection.dispose();
    },
  };
}

async function diagnosticsOf(
  folder: string,
  run: RunDetailView | undefined,
): Promise<(readonly [vscode.Uri, vscode.Diagnostic[]])[]> {
  if (run === undefined) return [];
  const entries: (readonly [vscode.Uri, vscode.Diagnostic[]])[] = [];
  for (const [file, findings] of byFile(run.findings)) {
    const [path] = candidatePaths(file, null, [{ path: folder, project: null }]);
    // A file that is not there any more has no place to show a problem at.
    if (path === undefined || (await stat(path).catch(() => undefined)) === undefined) continue;
    entries.push([vscode.Uri.file(path), findings.map((finding) => diagnosticOf(finding))]);
  }
  return entries;
}

function diagnosticOf({ line, message, severity, rule, tool }: FindingView): vscode.Diagnostic {
  const wholeLine = new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
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
