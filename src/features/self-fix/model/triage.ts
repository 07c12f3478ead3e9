import * as z from "zod";
import { fixClasses } from "../../agent/model/feedback.ts";
import type { Triage } from "./step.ts";

/** Below this confidence, the model is not sure enough to change anything. */
const minConfidence = 60;
const maxTextLength = 1_000;

const optionalText = z
  .string()
  .trim()
  .transform((text) => text.slice(0, maxTextLength))
  .nullish()
  .transform((text) => text || null);

/** The answer of a model about feedback. Only these fields of it count. */
export const triageAnswer = z.object({
  fix_class: z.enum(fixClasses),
  confidence: z.int().min(0).max(100),
  root_cause: optionalText,
  success_criterion: optionalText,
});

/**
 * Converts an answer to a triage. An answer with a low confidence is out of scope and is escalated to a human.
 * @param humanClass the kind of fix that a human has named with the feedback; the model does not overrule it
 */
export function triageOf(answer: z.output<typeof triageAnswer>, humanClass: Triage["fix_class"] | null): Triage {
  if (humanClass !== null) return { ...answer, fix_class: humanClass, escalated: false };
  const escalated = answer.confidence < minConfidence && answer.fix_class !== "out-of-scope";
  return { ...answer, fix_class: escalated ? "out-of-scope" : answer.fix_class, escalated };
}
