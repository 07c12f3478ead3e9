import * as vscode from "vscode";
import type { Severity } from "../../features/reviews/model/finding.ts";
import type { Verdict } from "../../features/reviews/model/report.ts";
import { colouredIcon } from "../tree-view.ts";
import { verdictIcon } from "./status-bar-text.ts";

/** Icon of a verdict, distinguished by shape as well as by the theme's colour. */
export function verdictThemeIcon(verdict: Verdict | "UNKNOWN"): vscode.ThemeIcon {
  return {
    PASS: colouredIcon(verdictIcon("PASS"), "testing.iconPassed"),
    PASS_WITH_ADVISORY: colouredIcon(verdictIcon("PASS_WITH_ADVISORY"), "list.warningForeground"),
    FAIL: colouredIcon(verdictIcon("FAIL"), "testing.iconFailed"),
    UNKNOWN: new vscode.ThemeIcon(verdictIcon("UNKNOWN")),
  }[verdict];
}

/** Icon of a finding's severity, as the Problems view draws it. */
export function severityThemeIcon(severity: Severity): vscode.ThemeIcon {
  return {
    error: colouredIcon("error", "problemsErrorIcon.foreground"),
    warning: colouredIcon("warning", "problemsWarningIcon.foreground"),
    info: colouredIcon("info", "problemsInfoIcon.foreground"),
  }[severity];
}
