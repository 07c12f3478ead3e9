import { caution, counted, type Document, good, group, paragraph, type Words } from "../../../kernel/document.ts";
import type { SessionsImportView } from "../operations/import-transcripts.ts";

/** Maximum number of problems that are shown; JSON contains all of them. */
const maxShown = 20;

function problemsOf({ problems }: SessionsImportView, words: Words): Document {
  if (problems.length === 0) return [];
  const { t } = words;
  const shown = problems.slice(0, maxShown).map(({ file, line, why }) => {
    const place = line === null ? file : t("{0}, line {1}", file, line);
    return paragraph(place === "" ? why : `${place}: ${why}`);
  });
  const rest = problems.length - shown.length;
  return [
    group(
      paragraph(caution(t("Not everything could be read:"))),
      ...shown,
      ...(rest > 0 ? [paragraph(counted(words, rest, "{0} more problem", "{0} more problems"))] : []),
    ),
  ];
}

/** Shows what an import read and recorded. */
export function sessionsImportDocument(view: SessionsImportView, words: Words): Document {
  const { t, usd } = words;
  if (view.files === 0) return [paragraph(t("No transcripts were found.")), ...problemsOf(view, words)];
  if (view.files_read === 0)
    return [paragraph(t("Nothing changed in the transcripts since the last import.")), ...problemsOf(view, words)];
  const read = counted(words, view.files_read, "{0} transcript", "{0} transcripts");
  const sessions = t("{0} sessions added, {1} changed", view.sessions_added, view.sessions_changed);
  const calls = counted(words, view.calls, "{0} call", "{0} calls");
  return [
    group(
      paragraph([
        good(view.dry_run ? t("Would record") : t("Recorded")),
        ` ${t("from {0}: {1}; {2} for {3}", read, sessions, calls, usd(view.usd))}`,
      ]),
      ...(view.unpriced_calls === 0
        ? []
        : [
            paragraph(
              caution(
                t(
                  "{0} of them have no known price ({1}); the actual cost is higher.",
                  view.unpriced_calls,
                  view.unpriced_models.join(", "),
                ),
              ),
            ),
          ]),
    ),
    ...problemsOf(view, words),
  ];
}
