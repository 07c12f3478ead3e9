import { cancelled, modelOverLimit, modelRefused, modelUnavailable } from "../../kernel/errors.ts";
import type { ModelAnswer, ModelCall } from "../../ports/model-calls.ts";

/** The parts of a VS Code language model that are used. */
export type ChatModel = Readonly<{
  id: string;
  family: string;
  maxInputTokens: number;
  countTokens(text: string, signal: AbortSignal): PromiseLike<number>;
  /** Sends user messages and streams the answer. */
  send(
    texts: readonly string[],
    options: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): PromiseLike<AsyncIterable<string>>;
}>;

export type AskOptions = Readonly<{
  /** Id or family of the model; null: the first one. */
  name: string | null;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}>;

const setUpHint = "Choose another model (rewardLedger.model.name), or allow its use in VS Code (Manage Language Model Access).";

function toModelError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  switch ("code" in error ? error.code : undefined) {
    case "NoPermissions":
      return modelRefused(error.message);
    // A quota of the model's provider is exceeded.
    case "Blocked":
      return modelOverLimit(error.message, true);
    case "NotFound":
      return modelUnavailable(error.message, setUpHint);
    default:
      return modelUnavailable(`the connection failed (${error.message})`);
  }
}

/** Waits for the work or rejects when the signal aborts. It does not stop the work itself. */
async function raceAbort<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}

async function readText(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}

/**
 * Asks one of the editor's models. These accept user messages only, so the system texts are sent as user messages too.
 * @throws model_unavailable, model_refused, model_over_limit, cancelled
 */
export async function askChatModel(
  models: readonly ChatModel[],
  { system, prompt, maxTokens }: ModelCall,
  { name, timeoutMs, signal: callerSignal }: AskOptions,
): Promise<ModelAnswer> {
  const model = name === null ? models[0] : models.find(({ id, family }) => id === name || family === name);
  if (model === undefined) {
    const reason = name === null ? "VS Code offers no language model" : `VS Code offers no language model ${name}`;
    throw modelUnavailable(reason, setUpHint);
  }
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = callerSignal === undefined ? timeout : AbortSignal.any([timeout, callerSignal]);
  const texts = [...system.map(({ text }) => text), prompt];
  const count = async (inputs: readonly string[]): Promise<number> => {
    let tokens = 0;
    for (const text of inputs) tokens += await model.countTokens(text, signal);
    return tokens;
  };
  const attempt = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await raceAbort(signal, work);
    } catch (error) {
      if (callerSignal?.aborted === true) throw cancelled("asking the model");
      if (timeout.aborted) throw modelUnavailable("it did not answer in time");
      throw toModelError(error);
    }
  };
  const tokens = await attempt(count(texts));
  if (tokens > model.maxInputTokens) {
    throw modelOverLimit(`${tokens} tokens are more than the ${model.maxInputTokens} that it takes`);
  }
  const options = { temperature: 0, max_tokens: maxTokens };
  const text = await attempt((async () => readText(await model.send(texts, options, signal)))());
  // The answer has arrived and is paid for, so it is kept even if its tokens cannot be counted.
  const outputTokens = await raceAbort(signal, count([text])).catch(() => null);
  return { text, model: model.id, input_tokens: tokens, output_tokens: outputTokens };
}
