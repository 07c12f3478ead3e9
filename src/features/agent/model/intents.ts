import * as z from "zod";
import { modelUnreadable } from "../../../kernel/errors.ts";
import { parseAnswer } from "../../../kernel/model-text.ts";

/** The intents of a text that a person writes to the agent. */
export const intents = [
  "enable_self_edit_session",
  "enable_self_edit_permanent",
  "disable_self_edit",
  "promote_tier",
  "demote_tier",
  "grant_per_call_selfedit",
  "what_tier",
  "spend_query",
  "pause",
  "resume",
  "authorise_sensitive",
  "feedback",
  "skill_invoke",
  "free_form",
] as const;
export type IntentName = (typeof intents)[number];

/** The classification of a text. `args` are the model's own words and not validated: code that uses one must parse it. */
export type Intent = Readonly<{ intent: IntentName; args: Readonly<Record<string, unknown>>; confidence: number; text: string }>;

/** Minimum confidence. An answer below it is treated as free text. */
const minConfidence = 70;

const answerSchema = z.object({
  intent: z.string(),
  args: z.record(z.string(), z.unknown()),
  confidence: z.number().min(0).max(100),
});

const isIntent = (name: string): name is IntentName => intents.some((one) => one === name);

/**
 * Reads the intent of a text from a model's answer: free text if it names no known intent or its confidence is too low.
 * @param response what the model wrote @throws model_unreadable
 */
export function readIntent(response: string, text: string): Intent {
  const { intent, args, confidence } = parseAnswer(response, answerSchema, modelUnreadable);
  return confidence >= minConfidence && isIntent(intent)
    ? { intent, args, confidence, text }
    : { intent: "free_form", args: {}, confidence, text };
}
