import * as vscode from "vscode";
import { importDocument } from "../../features/intake/documents/import.ts";
import type { ImportView } from "../../features/intake/operations/views.ts";
import { runCount, warningCount } from "../format/figures.ts";
import type { ReportDocuments } from "../report/documents.ts";

/** Shows the result of an import; when something was refused, with a button that shows what and why. */
export async function notifyImported(view: ImportView, documents: ReportDocuments): Promise<void> {
  const { t } = vscode.l10n;
  const parts = [
    t("Recorded {0}", runCount(view.recorded, t)),
    ...(view.duplicates === 0 ? [] : [t("{0} already known", view.duplicates)]),
    ...(view.rejected.length === 0 ? [] : [t("{0} rejected", view.rejected.length)]),
    ...(view.disagreements.length === 0
      ? []
      : [view.disagreements.length === 1 ? t("1 total disagrees") : t("{0} totals disagree", view.disagreements.length)]),
    ...(view.warnings.length === 0 ? [] : [warningCount(view.warnings.length, t)]),
  ];
  const message = `${parts.join(", ")}.`;
  const details = t("Show Details");
  const chosen =
    view.rejected.length + view.disagreements.length + view.warnings.length === 0
      ? await vscode.window.showInformationMessage(message)
      : await vscode.window.showWarningMessage(message, details);
  if (chosen === details) await documents.show(t("Import"), (words) => importDocument(view, words));
}
