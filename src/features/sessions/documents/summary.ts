import { type Document, muted, paragraph, table, type Words } from "../../../kernel/document.ts";
import type { SessionsSummaryView } from "../operations/views.ts";

/** Shows sessions with their summaries. */
export function sessionsSummaryDocument({ sessions }: SessionsSummaryView, { t }: Words): Document {
  if (sessions.length === 0) return [paragraph(t("Every session has a summary."))];
  return [
    table(
      [
        { head: t("Session"), shrink: 8, cell: ({ session_id }) => session_id },
        { head: t("Summary"), shrink: 20, cell: ({ summary }) => summary ?? muted(t("no prompts are known")) },
      ],
      sessions,
    ),
  ];
}
