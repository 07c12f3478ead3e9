import type { ImportView } from "../../features/reviews/operations/views.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import type { Translate } from "../format/translate.ts";

/** Files listed in the report; the rest is counted. */
const shownFiles = 500;

/** What the report needs of an import. */
type Imported = Pick<ImportView, "files" | "recorded" | "duplicates" | "disagreements" | "warnings"> &
  Readonly<{ rejected: readonly Readonly<{ file: string; error: string; code: string; hint: string; named?: boolean }>[] }>;

/** What an import did as a Markdown document: the counts, what was rejected and why, totals that disagree. */
export function importReport(view: Imported, t: Translate): string {
  const sections = [
    `# ${t("Import")}`,
    table(
      [t("Files"), t("Recorded"), t("Already known"), t("Rejected")],
      ["right", "right", "right", "right"],
      [[view.files, view.recorded, view.duplicates, view.rejected.length].map(String)],
    ),
  ];
  if (view.rejected.length > 0) {
    sections.push(
      `## ${t("Rejected")}`,
      view.rejected
        .slice(0, shownFiles)
        .map(({ file, error, hint }) => `- **${plain(file)}**  \n  ${plain(error)}  \n  → ${plain(hint)}`)
        .join("\n"),
    );
    if (view.rejected.length > shownFiles) sections.push(t("and {0} more", view.rejected.length - shownFiles));
  }
  if (view.disagreements.length > 0) {
    sections.push(
      `## ${t("Totals that disagree with the replay of their runs")}`,
      table(
        [t("File"), t("Total"), t("Stated"), t("Replayed")],
        ["left", "left", "right", "right"],
        view.disagreements.map(({ file, total, stated, replayed }) => [file, total, stated, replayed].map(plain)),
      ),
    );
  }
  if (view.warnings.length > 0) {
    const listed = view.warnings.slice(0, shownFiles).map(({ file, message }) => `- **${plain(file)}**: ${plain(message)}`);
    sections.push(`## ${t("Warnings")}`, listed.join("\n"));
    if (view.warnings.length > shownFiles) sections.push(t("and {0} more", view.warnings.length - shownFiles));
  }
  return `${sections.join("\n\n")}\n`;
}
