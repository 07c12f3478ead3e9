import * as vscode from "vscode";
import { ownSource } from "../findings/problems.ts";
import type { Refusal } from "./processed-files.ts";

/** The warning on a file that the intake refused, placed at its start because the reason may concern any part of it. */
export function refusalDiagnostic({ message, hint, code }: Refusal): vscode.Diagnostic {
  const start = new vscode.Range(0, 0, 0, 1);
  const diagnostic = new vscode.Diagnostic(start, `${message}\n${hint}`, vscode.DiagnosticSeverity.Warning);
  diagnostic.source = ownSource;
  diagnostic.code = code;
  return diagnostic;
}
