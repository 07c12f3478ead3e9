import { code, type Document, fields, heading, muted, type Words } from "../../../kernel/document.ts";
import type { PromptView } from "../operations/views.ts";

/** A prompt with its blocks in the order in which they are sent. */
export function promptDocument({ documents, skills, system, prompt }: PromptView, { t, number }: Words): Document {
  return [
    fields([
      { label: t("Documents"), value: documents.join(", ") },
      { label: t("Skills"), value: skills.length === 0 ? muted(t("none matches")) : skills.join(", ") },
    ]),
    ...system.flatMap(({ text, cache }, at) => [
      heading(cache ? t("Block {0}, cached", number(at + 1)) : t("Block {0}", number(at + 1))),
      code("markdown", text),
    ]),
    heading(t("Task, not cached")),
    code("markdown", prompt),
  ];
}
