import * as doc from "../../../kernel/document.ts";
import { coinChangeText } from "../../shared/figures.ts";
import { truncationNote } from "../../shared/row-limit.ts";
import type { IntakeBatchView, IntakeChangeView } from "../operations/views.ts";

/** Returns the id prefix length, at least 8, that distinguishes all batches. */
function idLength(batches: readonly IntakeBatchView[]): number {
  let length = 8;
  while (length < 36 && new Set(batches.map(({ batch }) => batch.slice(0, length))).size < batches.length) length += 1;
  return length;
}

function stateOf({ taken_back, reviews, evals }: IntakeBatchView, { t, number }: doc.Words): string {
  if (taken_back === 0) return t("counts");
  return taken_back === reviews + evals ? t("taken back") : t("{0} taken back", number(taken_back));
}

/** Lists automatic recordings by batch. */
export function batchesDocument(
  batches: readonly IntakeBatchView[],
  words: doc.Words,
  _input: unknown,
  rawInput: Readonly<Record<string, unknown>>,
): doc.Document {
  const { t, number } = words;
  if (batches.length === 0) return [doc.paragraph(t("Nothing was recorded automatically."))];
  const length = idLength(batches);
  return [
    doc.table<IntakeBatchView>(
      [
        { head: t("Batch"), cell: ({ batch }) => batch.slice(0, length) },
        { head: t("Recorded"), shrink: 8, cell: ({ at }) => words.time(at) },
        { head: t("Projects"), shrink: 8, cell: ({ projects }) => projects.join(", ") },
        { head: t("Reviews"), align: "right", cell: ({ reviews }) => number(reviews) },
        { head: t("Evals"), align: "right", cell: ({ evals }) => number(evals) },
        { head: t("Coins"), align: "right", cell: ({ coins }) => coinChangeText(coins) },
        { head: t("State"), cell: (one) => stateOf(one, words) },
      ],
      batches,
    ),
    doc.action(t("Undo one"), "reward-ledger intake undo BATCH"),
    ...truncationNote(batches, rawInput, words, (count) => t("The latest {0} batches; --limit shows more, --json all.", count)),
  ];
}

const changeBlock = (state: string, { coins }: IntakeChangeView, what: string, { t }: doc.Words): doc.Block =>
  doc.paragraph([doc.good(state), `: ${what} (${t("{0} coins", coinChangeText(coins))})`]);

/** Shows what an undo took back. */
export const undoDocument = (view: IntakeChangeView, words: doc.Words): doc.Document => {
  const { t } = words;
  const what = doc.counted(
    words,
    view.recordings,
    "{0} automatic recording is no longer counted",
    "{0} automatic recordings are no longer counted",
  );
  return [
    doc.group(
      changeBlock(t("Taken back"), view, what, words),
      doc.action(t("Nothing was destroyed. Count them again"), "reward-ledger intake redo"),
    ),
  ];
};

/** Shows what a redo counts again. */
export const redoDocument = (view: IntakeChangeView, words: doc.Words): doc.Document => {
  const what = doc.counted(
    words,
    view.recordings,
    "{0} automatic recording is counted again",
    "{0} automatic recordings are counted again",
  );
  return [changeBlock(words.t("Undone"), view, what, words)];
};
