import * as z from "zod";
import { fixClasses } from "../../agent/model/feedback.ts";
import type { Triage } from "./step.ts";

/** Below it a model is not sure enough for anything to be changed. */
const leastConfidence = 60;
const longestText = 1_000;

const told = z
  .string()
  .trim()
  .transform((text) => text.slice(0, longestText))
  .nullish()
  .transform((text) => text || null);

/** What a model answers about feedback; nothing in it but these fields counts. */
export const triageAnswer = z.object({
  fix_class: z.enum(fixClasses),
  confidence: z.int().min(0).max(100),
  root_cause: told,
  success_criterion: told,
});

/**
 * What is made of an answer. One that is not sure is out of scope, and a human looks at it.
 * @param given the kind of fix that a human has named with the feedback, which a model does not overrule
 */
export function triageOf(answer: z.output<typeof triageAnswer>, given: Triage["fix_class"] | null): Triage {
  if (given !== null) return { ...answer, fix_class: given, escalated: false };
  const escalated = answer.confidence < leastConfidence && answer.fix_class !== "out-of-scope";
  return { ...answer, fix_class: escalated ? "out-of-scope" : answer.fix_class, escalated };
}
