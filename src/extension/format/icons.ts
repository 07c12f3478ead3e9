import * as vscode from "vscode";
import type { Severity } from "../../features/reviews/model/finding.ts";
import type { Verdict } from "../../features/reviews/model/report.ts";
import { coloured } from "../tree-view.ts";
import { verdictIcon } from "./status-bar-text.ts";

/** Icon of a verdict, distinguished by shape as well as by the theme's colour. */
export function verdictThemeIcon(verdict: Verdict | "UNKNOWN"): vscode.ThemeIcon {
  return {
    PASS: coloured(verdictIcon("PASS"), "testing.iconPassed"),
    PASS_WITH_ADVISORY: coloured(verdictIcon("PASS_WITH_ADVISORY"), "list.warningForeground"),
    FAIL: coloured(verdictIcon("FAIL"), "testing.iconFailed"),
    UNKNOWN: new vscode.ThemeIcon(verdictIcon("UNKNOWN")),
  }[verdict];
}

/** Icon of a finding's severity, as the Problems view draws it. */
export function severityThemeIcon(severity: Severity): vscode.ThemeIcon {
  return {
    error: coloured("error", "problemsErrorIcon.foreground"),
    warning: coloured("warning", "problemsWarningIcon.foreground"),
    info: coloured("info", "problemsInfoIcon.foreground"),
  }[severity];
}
