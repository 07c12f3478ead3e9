import { action, type Document, fields, muted, paragraph, type Words } from "../../../kernel/document.ts";
import { proposalOf } from "../model/proposals.ts";
import type { IntentView } from "../operations/trust-views.ts";

/** Shows how a text was classified, and the command for it. */
export function intentDocument(view: IntentView, { t, number }: Words): Document {
  const { intent, confidence, args } = view;
  const { does, command } = proposalOf(view, t);
  const argFields = Object.entries(args).map(([label, value]) => ({
    label,
    value: typeof value === "string" ? value : JSON.stringify(value),
  }));
  return [
    fields([{ label: t("Intent"), value: intent, remark: t("confidence {0}", number(confidence)) }, ...argFields], true),
    command === null ? paragraph(does) : action(does, command),
    paragraph(muted(t("Nothing was done."))),
  ];
}
