import type { ErrorView } from "../kernel/ledger-error.ts";

/** Model providers: Anthropic's Messages API, an API compatible with OpenAI's chat completions, or VS Code's language models. */
export const modelProviders = ["anthropic", "openai", "vscode"] as const;
export type ModelProvider = (typeof modelProviders)[number];

/** The prompts that ship with the program, each a file in `src/prompts`. */
export const promptNames = ["architectural", "prose", "adversarial", "feedback", "critique", "intent", "triage", "fix"] as const;
export type PromptName = (typeof promptNames)[number];

/** The user's settings besides the model. */
export type ModelSettings = Readonly<{
  /** Documents that describe the project, by their paths in it; null: the default ones that exist. */
  documents: readonly string[] | null;
  /** Whether changes are critiqued while an agent works. */
  critique: boolean;
}>;

/** One prompt to a model. There is no conversation: each is sent in a fresh context. */
export type ModelCall = Readonly<{
  /** System blocks, sent before the prompt. `cache`: calls that begin with the same blocks may be billed less. */
  system: readonly Readonly<{ text: string; cache: boolean }>[];
  prompt: string;
  /** Maximum length of the answer, in tokens. */
  maxTokens: number;
}>;

export type ModelAnswer = Readonly<{
  /** The answer as the model wrote it; may be empty. */
  text: string;
  /** Name of the model that answered, as the provider reports it. */
  model: string;
  /** Null if the provider reports no token counts. */
  input_tokens: number | null;
  output_tokens: number | null;
}>;

/** The setup for model calls; `problem`: why none can be made. If provider and problem are both null, none has been chosen. */
export type ModelSetUp = Readonly<{
  provider: ModelProvider | null;
  /** Null: the provider's default. */
  model: string | null;
  baseUrl: string | null;
  problem: ErrorView | null;
}>;

/**
 * Calls models that the user has set up, always at temperature 0. Nothing is sent before a provider is chosen, and secrets are
 * removed from prompts.
 */
export interface ModelCalls {
  /**
   * Sends one call and returns the answer.
   * @throws model_unavailable (none is set up, no connection), model_refused, model_unreadable (not an answer of the provider, or
   * a truncated one), model_over_limit, cancelled
   */
  complete(call: ModelCall, signal?: AbortSignal): Promise<ModelAnswer>;
  /** Returns the setup without sending a request. */
  setUp(): Promise<ModelSetUp>;
  /** @throws invalid_input if the home's settings cannot be read */
  settings(): Promise<ModelSettings>;
  /** Returns the text of a prompt file. @throws not_found */
  prompt(name: PromptName): Promise<string>;
}
