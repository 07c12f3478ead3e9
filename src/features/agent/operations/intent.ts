import * as z from "zod";
import { english } from "../../../kernel/document.ts";
import { fenceText, fillPrompt } from "../../../kernel/model-text.ts";
import type { Ports } from "../../../ports/ports.ts";
import { defineOperation } from "../../shared/operation.ts";
import { intentDocument } from "../documents/intent.ts";
import { nonBlank } from "../model/column-types.ts";
import { readIntent } from "../model/intents.ts";
import { proposalOf } from "../model/proposals.ts";
import type { IntentView } from "./trust-views.ts";

/** Maximum number of characters of a text: more than a person says at once. */
const maxTextLength = 8_000;
const maxAnswerTokens = 400;

async function classify({ models }: Ports, text: string, signal: AbortSignal): Promise<IntentView> {
  const { system, prompt } = fillPrompt(await models.prompt("intent"), { text: fenceText("text", text) });
  const call = { system: [{ text: system, cache: true }], prompt, maxTokens: maxAnswerTokens };
  const { text: response, model } = await models.complete(call, signal);
  const intent = readIntent(response, text);
  return { ...intent, proposal: proposalOf(intent, english), model };
}

export const intentClassify = defineOperation({
  name: "intent classify",
  summary: "Ask the model what a text wants, and show the command for it",
  input: z.object({ text: nonBlank().max(maxTextLength).describe("What the person says") }),
  positional: ["text"],
  effect: "read",
  examples: [{ run: 'reward-ledger intent classify "what may you do?"', does: "the command that answers it; nothing is run" }],
  document: intentDocument,
  run: (ports, { text }, { signal }): Promise<IntentView> => classify(ports, text, signal),
});
