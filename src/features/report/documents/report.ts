import {
  type Block,
  bad,
  caution,
  counted,
  type Document,
  type Field,
  fields,
  good,
  heading,
  paragraph,
  type Text,
  table,
  type Words,
} from "../../../kernel/document.ts";
import type { ReportFinding, ReportView, ReviewReportView } from "../operations/views.ts";
import { evalBlocks } from "./evals.ts";
import { missingText, runText, signed } from "./text.ts";

function scoreFields({ after: { run }, before, score_delta }: ReviewReportView, { t, number }: Words): readonly Field[] {
  const change = signed(score_delta ?? 0, number);
  const tone = (score_delta ?? 0) < 0 ? bad : (score_delta ?? 0) > 0 ? good : (text: string): Text => text;
  const was = (text: string): string | null => (before === null ? null : t("before: {0}", text));
  return [
    { label: t("Score"), value: number(run.score), remark: before === null ? null : tone(`${change}`) },
    {
      label: t("Verdict"),
      value: run.verdict === "FAIL" ? bad(run.verdict) : run.verdict,
      remark: was(before?.run.verdict ?? ""),
    },
    { label: t("Coins earned"), value: signed(run.coin_delta, number), remark: was(signed(before?.run.coin_delta ?? 0, number)) },
  ];
}

function findingTable(findings: readonly ReportFinding[], { t }: Words): Block {
  const message = { head: t("Message"), shrink: 20, drop: 1, cell: (one: ReportFinding) => one.message ?? "" };
  return table<ReportFinding>(
    [
      { head: t("Rule"), cell: ({ rule }) => rule },
      { head: t("Severity"), cell: ({ severity, blocking }) => (blocking ? bad(t("blocking")) : severity) },
      { head: t("Place"), shrink: 20, cell: ({ file, line }) => `${file}:${line}` },
      { head: t("Tool"), drop: 2, cell: ({ tool }) => tool },
      ...(findings.some((one) => one.message !== null) ? [message] : []),
    ],
    findings,
  );
}

const findingBlocks = (title: string, findings: readonly ReportFinding[], words: Words): readonly Block[] =>
  findings.length === 0 ? [] : [heading(title, words.number(findings.length)), findingTable(findings, words)];

function reviewBlocks(review: ReviewReportView, against: string, words: Words): Document {
  const { t } = words;
  const { after, before, violations } = review;
  const [added, fixed, unchanged] = [review.new ?? [], review.fixed ?? [], review.unchanged ?? 0];
  const sides = fields(
    [
      { label: t("Run"), value: runText(after, words) },
      { label: t("Compared with"), value: before === null ? caution(missingText(against, words)) : runText(before, words) },
    ],
    true,
  );
  const count = counted(words, violations, "{0} violation", "{0} violations");
  const summary =
    before === null
      ? [paragraph(t("{0}. Which of them are new can be told once there is a run to compare with.", count))]
      : [
          paragraph([
            added.length === 0
              ? good(t("No new violations"))
              : bad(counted(words, added.length, "{0} new violation", "{0} new violations")),
            review.fixed === null ? "" : `, ${t("{0} fixed", words.number(fixed.length))}`,
            `, ${t("{0} unchanged", words.number(unchanged))}.`,
          ]),
        ];
  return [
    ...summary,
    sides,
    fields(scoreFields(review, words)),
    ...findingBlocks(t("New violations"), added, words),
    ...findingBlocks(t("Fixed violations"), fixed, words),
  ];
}

/** What changed between two runs, and between the eval runs of each tier. */
export function reportDocument({ against, review, evals, project }: ReportView, words: Words): Document {
  const { t } = words;
  if (review === null && evals.length === 0) {
    return [
      paragraph(t("Nothing is recorded of {0} yet.", project)),
      { kind: "action", text: t("Record a review"), command: "reward-ledger update --from review-report.json" },
    ];
  }
  return [
    ...(review === null ? [] : reviewBlocks(review, against, words)),
    ...evals.flatMap((one) => evalBlocks(one, against, words)),
  ];
}
