import type { ErrorView } from "../kernel/ledger-error.ts";

/** Who answers: Anthropic's Messages API, an API in the form of OpenAI's chat completions, or the language models of VS Code. */
export const modelProviders = ["anthropic", "openai", "vscode"] as const;
export type ModelProvider = (typeof modelProviders)[number];

/** The prompts that come with the program, each a file of `src/prompts`. */
export const promptNames = ["architectural", "prose", "adversarial", "feedback", "critique", "intent", "triage", "fix"] as const;
export type PromptName = (typeof promptNames)[number];

/** What a person has chosen beside the model. */
export type ModelSettings = Readonly<{
  /** Documents that say what a project is, by their paths in it; null: those of the usual ones that are there. */
  documents: readonly string[] | null;
  /** Whether changes are criticised while an agent works. */
  critique: boolean;
}>;

/** One question to a model. There is no conversation: each is asked in a fresh context. */
export type ModelCall = Readonly<{
  /** What comes before the question. `cache`: calls that begin with the same blocks may be billed less. */
  system: readonly Readonly<{ text: string; cache: boolean }>[];
  prompt: string;
  /** Longest answer. */
  maxTokens: number;
}>;

export type ModelAnswer = Readonly<{
  /** As the model wrote it; it may be empty. */
  text: string;
  /** The model that answered, as it names itself. */
  model: string;
  /** Null where the provider does not count. */
  input_tokens: number | null;
  output_tokens: number | null;
}>;

/** What is set up for calls of models; `problem` says why none can be made. No provider and no problem: nobody has chosen one. */
export type ModelSetUp = Readonly<{
  provider: ModelProvider | null;
  /** Null: the provider's own choice. */
  model: string | null;
  baseUrl: string | null;
  problem: ErrorView | null;
}>;

/**
 * Asks models that the user has set up, always at temperature 0. Nothing is sent anywhere before a provider is chosen, and secrets in what
 * is asked are taken out.
 */
export interface ModelCalls {
  /**
   * @throws model_unavailable (none is set up, no connection), model_refused, model_unreadable (no answer of the
   * provider's, or one that was cut off), model_over_limit, cancelled
   */
  complete(call: ModelCall, signal?: AbortSignal): Promise<ModelAnswer>;
  /** Asks nobody. */
  setUp(): Promise<ModelSetUp>;
  /** @throws invalid_input where the home's own settings cannot be read */
  settings(): Promise<ModelSettings>;
  /** The text of a prompt's file. @throws not_found */
  prompt(name: PromptName): Promise<string>;
}
