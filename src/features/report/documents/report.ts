import * as doc from "../../../kernel/document.ts";
import type { ReportFinding, ReportView, ReviewReportView } from "../operations/views.ts";
import { evalBlocks } from "./evals.ts";
import { missingText, runText, signed } from "./text.ts";

function scoreFields({ after: { run }, before, score_delta }: ReviewReportView, { t, number }: doc.Words): readonly doc.Field[] {
  const change = signed(score_delta ?? 0, number);
  const tone = (score_delta ?? 0) < 0 ? doc.bad : (score_delta ?? 0) > 0 ? doc.good : (text: string): doc.Text => text;
  const beforeText = (text: string): string | null => (before === null ? null : t("before: {0}", text));
  return [
    { label: t("Score"), value: number(run.score), remark: before === null ? null : tone(`${change}`) },
    {
      label: t("Verdict"),
      value: run.verdict === "FAIL" ? doc.bad(run.verdict) : run.verdict,
      remark: beforeText(before?.run.verdict ?? ""),
    },
    {
      label: t("Coins earned"),
      value: signed(run.coin_delta, number),
      remark: beforeText(signed(before?.run.coin_delta ?? 0, number)),
    },
  ];
}

function findingTable(findings: readonly ReportFinding[], { t }: doc.Words): doc.Block {
  const message = { head: t("Message"), shrink: 20, drop: 1, cell: (one: ReportFinding) => one.message ?? "" };
  return doc.table<ReportFinding>(
    [
      { head: t("Rule"), cell: ({ rule }) => rule },
      { head: t("Severity"), cell: ({ severity, blocking }) => (blocking ? doc.bad(t("blocking")) : severity) },
      { head: t("Place"), shrink: 20, cell: ({ file, line }) => `${file}:${line}` },
      { head: t("Tool"), drop: 2, cell: ({ tool }) => tool },
      ...(findings.some((one) => one.message !== null) ? [message] : []),
    ],
    findings,
  );
}

const findingBlocks = (title: string, findings: readonly ReportFinding[], words: doc.Words): readonly doc.Block[] =>
  findings.length === 0 ? [] : [doc.heading(title, words.number(findings.length)), findingTable(findings, words)];

function reviewBlocks(review: ReviewReportView, against: string, words: doc.Words): doc.Document {
  const { t } = words;
  const { after, before, violations } = review;
  const [added, fixed, unchanged] = [review.new ?? [], review.fixed ?? [], review.unchanged ?? 0];
  const sides = doc.fields(
    [
      { label: t("Run"), value: runText(after, words) },
      { label: t("Compared with"), value: before === null ? doc.caution(missingText(against, words)) : runText(before, words) },
    ],
    true,
  );
  const count = doc.counted(words, violations, "{0} violation", "{0} violations");
  const summary =
    before === null
      ? [doc.paragraph(t("{0}. New findings are shown once there is a run to compare with.", count))]
      : [
          doc.paragraph([
            added.length === 0
              ? doc.good(t("No new violations"))
              : doc.bad(doc.counted(words, added.length, "{0} new violation", "{0} new violations")),
            review.fixed === null ? "" : `, ${t("{0} fixed", words.number(fixed.length))}`,
            `, ${t("{0} unchanged", words.number(unchanged))}.`,
          ]),
        ];
  return [
    ...summary,
    sides,
    doc.fields(scoreFields(review, words)),
    ...findingBlocks(t("New violations"), added, words),
    ...findingBlocks(t("Fixed violations"), fixed, words),
  ];
}

/** Shows what changed between two review runs, and between the eval runs of each tier. */
export function reportDocument({ against, review, evals, project }: ReportView, words: doc.Words): doc.Document {
  const { t } = words;
  if (review === null && evals.length === 0) {
    return [
      doc.paragraph(t("Nothing is recorded of {0} yet.", project)),
      { kind: "action", text: t("Record a review"), command: "reward-ledger update --from review-report.json" },
    ];
  }
  return [
    ...(review === null ? [] : reviewBlocks(review, against, words)),
    ...evals.flatMap((one) => evalBlocks(one, against, words)),
  ];
}
