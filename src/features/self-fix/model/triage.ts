import * as z from "zod";
import { fixClasses } from "../../agent/model/feedback.ts";
import type { Triage } from "./step.ts";

/** Below this confidence, the model is not sure enough to change anything. */
const leastConfidence = 60;
const longestText = 1_000;

const told = z
  .string()
  .trim()
  .transform((text) => text.slice(0, longestText))
  .nullish()
  .transform((text) => text || null);

/** The answer of a model about feedback. Only these fields of it count. */
export const triageAnswer = z.object({
  fix_class: z.enum(fixClasses),
  confidence: z.int().min(0).max(100),
  root_cause: told,
  success_criterion: told,
});

/**
 * Converts an answer to a triage. An answer with a low confidence is out of scope and is escalated to a human.
 * @param given the kind of fix that a human has named with the feedback; the model does not overrule it
 */
export function triageOf(answer: z.output<typeof triageAnswer>, given: Triage["fix_class"] | null): Triage {
  if (given !== null) return { ...answer, fix_class: given, escalated: false };
  const escalated = answer.confidence < leastConfidence && answer.fix_class !== "out-of-scope";
  return { ...answer, fix_class: escalated ? "out-of-scope" : answer.fix_class, escalated };
}
