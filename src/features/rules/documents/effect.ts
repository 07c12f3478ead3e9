import type { Document, Text, Words } from "../../../kernel/document.ts";
import * as doc from "../../../kernel/document.ts";
import type { Effect } from "../model/effect.ts";
import type { EffectView } from "../operations/views.ts";

/** The display name of the effect of teaching a rule. */
export function effectName(effect: Effect, { t }: Pick<Words, "t">): string {
  switch (effect) {
    case "helped":
      return t("helped");
    case "worse":
      return t("worse");
    case "no_effect":
      return t("no clear effect");
    case "too_early":
      return t("not enough runs yet");
    default:
      return effect satisfies never;
  }
}

function effectText(effect: Effect, words: Words): Text {
  const name = effectName(effect, words);
  switch (effect) {
    case "helped":
      return doc.good(name);
    case "worse":
      return doc.bad(name);
    case "no_effect":
      return doc.caution(name);
    case "too_early":
      return doc.muted(name);
    default:
      return effect satisfies never;
  }
}

/** Hits per run; a dash without runs. */
export const rateText = ({ hits, runs }: EffectView["before"]): string => (runs === 0 ? "-" : (hits / runs).toFixed(2));

const factorText = (value: number | null): string => (value === null ? "∞" : value.toFixed(2));

/** Per rule: hits per run before it was taught and since, and whether the difference is significant. */
export function effectsDocument(views: readonly EffectView[], words: Words): Document {
  const { t, number } = words;
  if (views.length === 0) {
    return [
      doc.group(
        doc.paragraph(t("No rule is taught in this project.")),
        doc.action(t("Teach what reviews find"), "reward-ledger rules update"),
      ),
    ];
  }
  const sideText = (view: EffectView["before"]): string => `${rateText(view)} (${number(view.hits)}/${number(view.runs)})`;
  const helped = views.find(({ effect, until }) => effect === "helped" && until === null);
  return [
    doc.table<EffectView>(
      [
        { head: t("Rule"), shrink: 12, cell: ({ rule }) => rule },
        { head: t("Effect"), cell: ({ effect }) => effectText(effect, words) },
        { head: t("Before, per run"), align: "right", cell: ({ before }) => sideText(before) },
        { head: t("Since, per run"), align: "right", cell: ({ after }) => sideText(after) },
        {
          head: t("Ratio (95 %)"),
          align: "right",
          drop: 1,
          cell: ({ ratio, ratio_low, ratio_high, p }) =>
            p === null ? "-" : `${factorText(ratio)} (${factorText(ratio_low)}–${factorText(ratio_high)})`,
        },
        { head: t("Taught"), drop: 2, cell: ({ since }) => words.time(since) },
        {
          head: t("Until"),
          drop: 3,
          cell: ({ until, retired }) =>
            until === null ? "-" : retired ? t("retired {0}", words.time(until)) : words.time(until),
        },
      ],
      views,
    ),
    doc.paragraph(
      doc.muted(
        t(
          "Before: at most 50 runs. An effect needs five runs on each side. A rule is listed after a bad spell, so part of a fall may be chance.",
        ),
      ),
    ),
    ...(helped === undefined
      ? []
      : [doc.action(t("Stop teaching a rule that helped"), `reward-ledger rules retire ${helped.rule}`)]),
  ];
}
