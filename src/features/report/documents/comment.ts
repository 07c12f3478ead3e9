import { type Document, good, paragraph, type Words, warning } from "../../../kernel/document.ts";

/** Result of writing the comment on the pull request. */
export type CommentView = Readonly<{
  state: "created" | "updated" | "unchanged" | "refused" | "no_pull_request";
  pull_request: number | null;
  url: string | null;
  /** Why the comment was refused; null otherwise. */
  reason: string | null;
  /** Whether the text was too long for a comment and was cut off. */
  cut: boolean;
}>;

/** Shows where the comment is, or why there is none. */
export function commentDocument({ state, url, reason, cut }: CommentView, { t }: Words): Document {
  const where = url ?? "";
  const cutText = cut ? [warning(t("The text was too long for a comment and is cut off at the end."))] : [];
  return {
    created: [paragraph([good(t("Commented")), `: ${where}`]), ...cutText],
    updated: [paragraph([good(t("Updated the comment")), `: ${where}`]), ...cutText],
    unchanged: [paragraph(t("The comment says this already: {0}", where)), ...cutText],
    refused: [
      warning(t("Not commented: {0}.", reason ?? "")),
      paragraph(
        t("A job for a pull request of a fork may not write comments. Other jobs need `permissions: pull-requests: write`."),
      ),
    ],
    no_pull_request: [paragraph(t("Not commented: the job is about no pull request. Name one with --pull-request."))],
  }[state];
}
