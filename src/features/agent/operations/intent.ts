import * as z from "zod";
import { english } from "../../../kernel/document.ts";
import { modelUnreadable } from "../../../kernel/errors.ts";
import type { Ports } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { intentDocument } from "../documents/intent.ts";
import { written } from "../model/column-types.ts";
import { intentPrompt, readIntent } from "../model/intents.ts";
import { proposalOf } from "../model/proposals.ts";
import type { IntentView } from "./trust-views.ts";

/** More than a person says at once. */
const longestText = 8_000;
const longestAnswer = 400;

/** The text cannot close the marks that it stands between. */
const asData = (text: string): string => `<text>\n${text.replaceAll(/<(\s*\/?\s*text\b)/gi, "‹$1")}\n</text>`;

async function classify({ models }: Ports, text: string, signal: AbortSignal): Promise<IntentView> {
  const call = { system: [{ text: intentPrompt, cache: true }], prompt: asData(text), maxTokens: longestAnswer };
  const answered = await models.complete(call, signal);
  const { intent, problem } = readIntent(answered.text, text);
  if (intent === undefined) throw modelUnreadable(problem, answered.text);
  return { ...intent, proposal: proposalOf(intent, english), model: answered.model };
}

export const intentClassify = defineOperation({
  name: "intent classify",
  summary: "Ask the model what a text wants, and show the command for it",
  input: z.object({ text: written().max(longestText).describe("What the person says") }),
  positional: ["text"],
  effect: "read",
  examples: [{ run: 'reward-ledger intent classify "what may you do?"', does: "the command that answers it; nothing is run" }],
  document: intentDocument,
  run: (ports, { text }, { signal }): Promise<IntentView> => classify(ports, text, signal),
});
