import * as doc from "../../../kernel/document.ts";
import { mergedParagraphs } from "../../evals/documents/run-list.ts";
import type { ImportView } from "../operations/views.ts";

type Disagreement = ImportView["disagreements"][number];

/** The common result of all kinds of import. */
type ImportSummary = Pick<ImportView, "files" | "recorded" | "duplicates" | "disagreements" | "warnings"> &
  Partial<Pick<ImportView, "skipped_files" | "merged">> &
  Readonly<{ rejected: readonly Pick<ImportView["rejected"][number], "file" | "error" | "hint">[] }>;

function rejectionBlocks({ rejected }: ImportSummary, { t }: doc.Words): readonly doc.Block[] {
  if (rejected.length === 0) return [];
  const items = rejected.map(({ file, error, hint }) => ({
    text: doc.bad(file),
    details: [error, ...(hint === "" ? [] : [doc.muted(`→ ${hint}`)])],
  }));
  return [doc.group(doc.paragraph(t("Rejected:")), doc.list(items))];
}

function disagreementBlocks(all: readonly Disagreement[], { t }: doc.Words): readonly doc.Block[] {
  if (all.length === 0) return [];
  return [
    doc.group(
      doc.paragraph(t("Totals that a replay of the imported runs contradicts (the replay counts):")),
      doc.table<Disagreement>(
        [
          { head: t("File"), shrink: 12, cell: ({ file }) => file },
          { head: t("Total"), cell: ({ total }) => total },
          { head: t("Stated"), align: "right", cell: ({ stated }) => stated },
          { head: t("Replayed"), align: "right", cell: ({ replayed }) => replayed },
        ],
        all,
      ),
    ),
  ];
}

/** Maximum number of skipped files listed in text output. */
const maxSkippedShown = 10;

function skippedBlocks(files: ImportView["skipped_files"], words: doc.Words): readonly doc.Block[] {
  if (files.length === 0) return [];
  const left = files.length - maxSkippedShown;
  return [
    doc.group(
      doc.paragraph(doc.counted(words, files.length, "{0} file was skipped:", "{0} files were skipped:")),
      doc.list(files.slice(0, maxSkippedShown).map(({ file, reason }) => ({ text: `${file}: ${reason}` }))),
      ...(left > 0 ? [doc.paragraph(doc.muted(words.t("{0} more; --json lists all.", words.number(left))))] : []),
    ),
  ];
}

/** Shows how many files were recorded as runs, and the problems of the others. */
export function importDocument(view: ImportSummary, words: doc.Words): doc.Document {
  const { t, number } = words;
  const { files, recorded, duplicates, rejected, warnings } = view;
  if (files === 0 && rejected.length === 0) {
    return [
      doc.paragraph(t("No report files were found there.")),
      doc.paragraph(t("Import takes report files, a folder of them, or a specfact ledger.json.")),
    ];
  }
  const summary = doc.paragraph([
    `${doc.counted(words, files, "{0} file", "{0} files")}: `,
    doc.good(t("{0} recorded", number(recorded))),
    `, ${t("{0} already known", number(duplicates))}, `,
    rejected.length === 0 ? t("none rejected") : doc.bad(t("{0} rejected", number(rejected.length))),
  ]);
  return [
    ...(files === 0 ? [] : [summary]),
    ...mergedParagraphs(view.merged, words),
    ...rejectionBlocks(view, words),
    ...disagreementBlocks(view.disagreements, words),
    ...skippedBlocks(view.skipped_files ?? [], words),
    ...(warnings.length === 0 ? [] : [doc.group(...warnings.map(({ file, message }) => doc.warning(`${file}: ${message}`)))]),
  ];
}
