import * as vscode from "vscode";
import type { Severity } from "../../features/reviews/model/finding.ts";
import type { Verdict } from "../../features/reviews/model/report.ts";
import { verdictIcon } from "./status-bar-text.ts";

/** Icon of a verdict: its shape tells it, the theme's colour helps. */
export function verdictThemeIcon(verdict: Verdict | "UNKNOWN"): vscode.ThemeIcon {
  switch (verdict) {
    case "PASS":
      return new vscode.ThemeIcon(verdictIcon(verdict), new vscode.ThemeColor("testing.iconPassed"));
    case "PASS_WITH_ADVISORY":
      return new vscode.ThemeIcon(verdictIcon(verdict), new vscode.ThemeColor("list.warningForeground"));
    case "FAIL":
      return new vscode.ThemeIcon(verdictIcon(verdict), new vscode.ThemeColor("testing.iconFailed"));
    case "UNKNOWN":
      return new vscode.ThemeIcon(verdictIcon(verdict));
    default:
      return verdict satisfies never;
  }
}

/** Icon of a finding's severity, as the Problems view draws it. */
export function severityThemeIcon(severity: Severity): vscode.ThemeIcon {
  switch (severity) {
    case "error":
      return new vscode.ThemeIcon("error", new vscode.ThemeColor("problemsErrorIcon.foreground"));
    case "warning":
      return new vscode.ThemeIcon("warning", new vscode.ThemeColor("problemsWarningIcon.foreground"));
    case "info":
      return new vscode.ThemeIcon("info", new vscode.ThemeColor("problemsInfoIcon.foreground"));
    default:
      return severity satisfies never;
  }
}
