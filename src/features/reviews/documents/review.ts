import {
  action,
  type Block,
  caution,
  counted,
  type Document,
  group,
  list,
  muted,
  paragraph,
  table,
  type Words,
  warning,
} from "../../../kernel/document.ts";
import { coinChangeText, verdictText } from "../../shared/figures.ts";
import { defaultRowLimit } from "../../shared/row-limit.ts";
import type { ReviewView } from "../operations/views.ts";
import { findingTable, shortCommit } from "./findings.ts";
import { recordedBlock } from "./update.ts";

type SkippedRow = Readonly<{ file: string; place: string; reason: string }>;

/** Maximum number of skipped entries that are listed as text. */
const maxSkipped = 10;

function outcomeBlock(view: ReviewView, words: Words): Block {
  const { run, status, warnings } = view;
  const { t, number } = words;
  if (run !== null && status !== null) return recordedBlock({ recorded: view.recorded, run, status, warnings }, words);
  const findings = counted(words, view.findings.length, "{0} finding", "{0} findings");
  const earnedText = t("{0} coins", coinChangeText(view.reward));
  const figures = `${t("score {0}", number(view.score))}, ${findings}, ${earnedText}, `;
  return group(
    paragraph([caution(t("Not recorded")), `: ${figures}`, verdictText(view.verdict, words)]),
    ...warnings.map((text) => warning(text)),
  );
}

/** Which findings count. */
function comparisonText({ base, findings, existing, unstaged }: ReviewView, words: Words): string {
  const { t } = words;
  if (base === null && existing.length === 0 && unstaged === undefined)
    return t("All code counts: it was compared with no commit.");
  const newText = counted(words, findings.length, "{0} new finding counts", "{0} new findings count");
  const olderText = counted(
    words,
    existing.length,
    "{0} in older code is charged to nobody",
    "{0} in older code are charged to nobody",
  );
  const name = base === null ? null : `${base.name} (${shortCommit(base.commit)})`;
  if (unstaged !== undefined) {
    return name === null
      ? t("Staged for the first commit: {0}, {1}.", newText, olderText)
      : t("Staged, compared with {0}: {1}, {2}.", name, newText, olderText);
  }
  if (name === null) return `${newText}, ${olderText}.`;
  return t("Compared with {0}: {1}, {2}.", name, newText, olderText);
}

/** The detected format and the contents of each file. */
function outputTable(outputs: ReviewView["outputs"], words: Words): Block {
  const { t, number } = words;
  return table<ReviewView["outputs"][number]>(
    [
      { head: t("File"), shrink: 16, cell: ({ file }) => file },
      { head: t("Format"), cell: ({ format }) => format },
      { head: t("Tools"), shrink: 10, drop: 1, cell: ({ tools }) => (tools.length === 0 ? "-" : tools.join(", ")) },
      { head: t("Findings"), align: "right", cell: ({ findings }) => number(findings) },
      { head: t("Suppressed"), align: "right", cell: ({ suppressed }) => number(suppressed) },
      { head: t("Skipped"), align: "right", cell: ({ skipped }) => number(skipped.length) },
    ],
    outputs,
  );
}

function skippedBlocks(outputs: ReviewView["outputs"], words: Words): readonly Block[] {
  const all: readonly SkippedRow[] = outputs.flatMap(({ file, skipped }) => skipped.map((one) => ({ file, ...one })));
  if (all.length === 0) return [];
  const remaining = all.length - maxSkipped;
  return [
    group(
      warning(counted(words, all.length, "{0} entry could not be used.", "{0} entries could not be used.")),
      list(all.slice(0, maxSkipped).map(({ file, place, reason }) => ({ text: `${file}, ${place}: ${reason}` }))),
      ...(remaining > 0 ? [paragraph(muted(words.t("{0} more; --json lists all.", words.number(remaining))))] : []),
    ),
  ];
}

/** What was recorded, what the outputs contained, and the findings that count. */
export function reviewDocument(view: ReviewView, words: Words): Document {
  const { t, number } = words;
  const shown = view.findings.slice(0, defaultRowLimit);
  const remaining = view.findings.length - shown.length;
  return [
    outcomeBlock(view, words),
    outputTable(view.outputs, words),
    paragraph(comparisonText(view, words)),
    ...(shown.length === 0 ? [] : [findingTable(shown, words)]),
    ...(remaining > 0 ? [paragraph(muted(t("{0} more; --json lists all.", number(remaining))))] : []),
    ...skippedBlocks(view.outputs, words),
    ...(view.run === null || view.existing.length === 0
      ? []
      : [action(t("See the findings in older code"), `reward-ledger show ${view.run_id}`)]),
  ];
}
