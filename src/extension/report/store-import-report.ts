import type { StoreImportView } from "../../features/agent/operations/views.ts";
import { plain } from "../../render/markdown/escape.ts";
import { table } from "../../render/markdown/table.ts";
import type { Translate } from "../format/translate.ts";

/** Rows listed per store; the rest is counted. */
const shownRows = 200;

/** What an import of an agent's home did as a Markdown document: counts per store, what was refused and why. */
export function storeImportReport({ home, stores }: StoreImportView, t: Translate): string {
  const sections = [
    `# ${t("Import")}`,
    plain(home),
    table(
      [t("Store"), t("File"), t("Taken"), t("Already known"), t("Changed"), t("Refused")],
      ["left", "left", "right", "right", "right", "right"],
      stores.map(({ store, file, found, taken, known, changed, refused }) => [
        plain(store),
        found ? plain(file) : t("none"),
        String(taken),
        String(known),
        String(changed.length),
        String(refused.length),
      ]),
    ),
  ];
  for (const { store, conflicts, refused: all } of stores) {
    const refused = [...all, ...conflicts];
    if (refused.length === 0) continue;
    sections.push(
      `## ${t("Refused")}: ${plain(store)}`,
      refused
        .slice(0, shownRows)
        .map(({ row, why }) => `- **${plain(row)}**: ${plain(why)}`)
        .join("\n"),
    );
    if (refused.length > shownRows) sections.push(t("and {0} more", refused.length - shownRows));
  }
  return `${sections.join("\n\n")}\n`;
}
