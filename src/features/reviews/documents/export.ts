import { counted, type Document, good, paragraph, type Words } from "../../../kernel/document.ts";
import type { ExportView } from "../operations/views.ts";

/** The exported text itself, or where it was written. */
export function exportDocument({ content, runs, format, out }: ExportView, words: Words): Document | string {
  if (content !== null) return content;
  const runsText = counted(words, runs, "{0} run", "{0} runs");
  return [paragraph([good(words.t("Exported")), ` ${runsText} ${words.t("as {0} to {1}", format, out ?? "-")}`])];
}
