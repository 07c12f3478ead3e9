import { bad, counted, type Document, fields, good, list, paragraph, table, type Words } from "../../../kernel/document.ts";
import type { CacheSuite } from "../../../ports/evals.ts";
import type { EvalCacheVerifyView, EvalCacheView, EvalConvertView, EvalJudgeView } from "../operations/views.ts";
import { orDash } from "./figures.ts";

/** The converted file, or a message with the path it was written to. */
export const evalConvertDocument = ({ content, out, format }: EvalConvertView, { t }: Words): Document | string =>
  content ?? [paragraph(t("Written to {0} in the {1} format", out ?? "", format))];

function statsDocument(suites: readonly CacheSuite[], { t, number, time }: Words): Document {
  if (suites.length === 0) return [paragraph(t("Nothing is cached."))];
  return [
    table(
      [
        { head: t("Suite"), shrink: 10, cell: ({ suite }) => suite },
        { head: t("Answers"), align: "right", cell: ({ entries }) => number(entries) },
        { head: "KiB", align: "right", cell: ({ bytes }) => number(Math.ceil(bytes / 1024)) },
        { head: t("Oldest"), drop: 1, cell: ({ oldest }) => orDash(oldest, time) },
        { head: t("Latest"), cell: ({ newest }) => orDash(newest, time) },
      ],
      suites,
    ),
  ];
}

const verifyDocument = ({ ok, valid, invalid, errors }: EvalCacheVerifyView, { t, number }: Words): Document => [
  ok
    ? paragraph(
        good(
          valid === 1 ? t("✓ The only cached answer can be used.") : t("✓ All {0} cached answers can be used.", number(valid)),
        ),
      )
    : paragraph(bad(t("✗ Cached answers that cannot be used: {0} of {1}.", number(invalid), number(valid + invalid)))),
  ...(errors.length === 0
    ? []
    : [list(errors.map(({ suite, file, reason }) => ({ text: [bad(`${suite}/${file}`), `: ${reason}`] })))]),
];

/** The answer of a cache command; a cached answer is printed as its JSON. */
export function evalCacheDocument(view: EvalCacheView, words: Words): Document | string {
  const { t } = words;
  if ("hit" in view) return view.hit ? JSON.stringify(view.data, null, 2) : [paragraph(`MISS: ${view.reason}`)];
  if ("written" in view) return [paragraph([good(t("Written")), ` ${view.suite} / ${view.key}`])];
  if ("cleared" in view) return [paragraph(counted(words, view.cleared, "{0} answer removed", "{0} answers removed"))];
  return "ok" in view ? verifyDocument(view, words) : statsDocument(view, words);
}

/** The scores, the reasoning, and the cost of the judge call. */
export function evalJudgeDocument(view: EvalJudgeView, { t, number, usd }: Words): Document {
  const score = (value: number): string => t("{0} of 5", number(value));
  const tokens = t("{0} tokens in, {1} out", number(view.input_tokens), number(view.output_tokens));
  return [
    fields([
      { label: t("Clarity"), value: score(view.clarity) },
      { label: t("Completeness"), value: score(view.completeness) },
      { label: t("Actionability"), value: score(view.actionability) },
      {
        label: t("Judge"),
        value: view.model,
        remark: view.cached ? t("cached, free") : `${view.cost_usd === null ? t("unpriced") : usd(view.cost_usd)}, ${tokens}`,
      },
    ]),
    paragraph(view.reasoning),
  ];
}
