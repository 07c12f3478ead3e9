import { bad, caution, type Document, list, muted, paragraph, type Words } from "../../../kernel/document.ts";
import type { Remark } from "../model/critique.ts";
import type { CritiqueView } from "../operations/views.ts";

const placeOf = ({ file, line }: Remark): string => (file === null ? "" : ` (${line === null ? file : `${file}:${line}`})`);

const notAskedText = (reason: NonNullable<CritiqueView["not_asked"]>, { t }: Words): string => {
  const texts: Readonly<Record<typeof reason, string>> = {
    off: t("The model was not asked: critique.enabled is not set."),
    reads_only: t("The model was not asked: this tool changes no files."),
    no_change: t("The model was not asked: nothing changed."),
  };
  return texts[reason];
};

/** The findings with high confidence, for the agent or a person who watches it. */
export function critiqueDocument({ surfaced, logged, not_asked }: CritiqueView, words: Words): Document {
  const { t, number } = words;
  if (not_asked !== null) return [paragraph(muted(notAskedText(not_asked, words)))];
  return [
    ...(surfaced.length === 0
      ? [paragraph(t("No finding with high confidence."))]
      : [
          list(
            surfaced.map((one) => ({
              text: [one.severity === "high" ? bad(t("high")) : caution(t("medium")), ` ${one.description}${placeOf(one)}`],
            })),
          ),
        ]),
    ...(logged.length === 0
      ? []
      : [paragraph(muted(t("{0} with lower confidence: reward-ledger audit list --tool-name critique", number(logged.length))))]),
  ];
}
