/*
 * Names that gateways give to models. LiteLLM, OpenRouter, Vertex, Bedrock, Azure, promptfoo and others put a provider, a region,
 * a kind of call or a resource path before the name that the provider itself uses.
 */

/**
 * One reading of a name: a provider of the price list and a model. With a null provider, the model's own name decides the
 * provider.
 */
export type ModelReading = Readonly<{ provider: string | null; model: string }>;

/** First word of a name → id of the provider in the price list; null for gateways that charge the price of the provider. */
const providers: ReadonlyMap<string, string | null> = new Map([
  ...["anthropic"].map((word) => [word, "anthropic"] as const),
  ...["openai", "text-completion-openai"].map((word) => [word, "openai"] as const),
  ...["azure", "azure_ai", "azureai", "azure-openai", "azureopenai", "azure_openai"].map((word) => [word, "azure"] as const),
  ...[
    "google",
    "gemini",
    "vertex",
    "vertex_ai",
    "vertex_ai_beta",
    "vertex-ai",
    "vertexai",
    "google-vertex",
    "google-gla",
    "google-genai",
    "google_genai",
    "google_vertexai",
    "google-vertex-anthropic",
  ].map((word) => [word, "google"] as const),
  ...["bedrock", "bedrock_converse", "amazon-bedrock", "amazon_bedrock", "aws-bedrock", "aws"].map(
    (word) => [word, "aws"] as const,
  ),
  ["openrouter", "openrouter"],
  ...["xai", "x-ai", "grok"].map((word) => [word, "x-ai"] as const),
  ["deepseek", "deepseek"],
  ...["mistral", "mistralai"].map((word) => [word, "mistral"] as const),
  ["groq", "groq"],
  ...["cohere", "cohere_chat"].map((word) => [word, "cohere"] as const),
  ...["together", "together_ai", "togetherai"].map((word) => [word, "together"] as const),
  ...["fireworks", "fireworks_ai", "fireworks-ai"].map((word) => [word, "fireworks"] as const),
  ["perplexity", "perplexity"],
  ...["moonshot", "moonshotai"].map((word) => [word, "moonshotai"] as const),
  ["cerebras", "cerebras"],
  ["novita", "novita"],
  ...["litellm", "litellm_proxy", "github_copilot", "github-copilot", "copilot", "vercel", "vercel_ai_gateway"].map(
    (word) => [word, null] as const,
  ),
]);

/** Providers that serve models of other vendors. */
const hostProviders: ReadonlySet<string | null> = new Set(["aws", "azure", "google"]);

/** Vendors whose models these providers serve. */
const vendors: ReadonlySet<string | null> = new Set([
  "anthropic",
  "openai",
  "mistral",
  "deepseek",
  "x-ai",
  "cohere",
  "moonshotai",
]);

/** Kinds of call, which promptfoo and LiteLLM write between provider and model. */
const callKinds: ReadonlySet<string> = new Set([
  "chat",
  "messages",
  "completion",
  "completions",
  "responses",
  "converse",
  "converse_like",
  "invoke",
  "embedding",
  "embeddings",
]);

/** Regions and deployment types to which the list price applies. Others, such as the EU's data zone, cost more. */
const plainRegion = /^(?:(?:us|eu|ap|ca|sa|me|af|il|mx)-[a-z]+-\d|global|global-standard)\//;

const bedrockVendors =
  "anthropic|amazon|meta|mistral|cohere|ai21|deepseek|qwen|openai|nvidia|writer|google|moonshot|moonshotai|minimax|zai";
const bedrockId = new RegExp(`^(?:(?:us|eu|apac|au|jp|ca|in|sa|global|us-gov)\\.)?(?:${bedrockVendors})\\.`);
const bedrockArn = /^arn:aws:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile|system-inference-profile)\/(.+)$/;
const vertexPath = /^(?:projects\/[^/]+\/)?(?:locations\/[^/]+\/)?publishers\/[^/]+\/models\/(.+)$/;

/** Splits a name at the first `:` or `/`. */
function splitFirst(name: string): Readonly<{ word: string; rest: string }> | undefined {
  const at = name.search(/[:/]/);
  return at <= 0 || at === name.length - 1 ? undefined : { word: name.slice(0, at), rest: name.slice(at + 1) };
}

function stripCallKind(name: string): string {
  const first = splitFirst(name);
  const model = first !== undefined && callKinds.has(first.word) ? first.rest : name;
  return model.replace(plainRegion, "");
}

function gatewayReadings(name: string): readonly ModelReading[] {
  const arn = bedrockArn.exec(name)?.[1];
  if (arn !== undefined) return [{ provider: "aws", model: arn }];
  const published = vertexPath.exec(name)?.[1] ?? (name.startsWith("models/") ? name.slice("models/".length) : undefined);
  if (published !== undefined) return [{ provider: "google", model: published }];
  if (bedrockId.test(name)) return [{ provider: "aws", model: name }];
  if (name.startsWith("accounts/fireworks/")) return [{ provider: "fireworks", model: name }];
  const first = splitFirst(name);
  const provider = first === undefined ? undefined : providers.get(first.word);
  if (first === undefined || provider === undefined) return [];
  const model = stripCallKind(first.rest);
  if (provider === null) return readModelName(model);
  if (provider === "openrouter") return [{ provider, model }];
  // Inspect puts the host that serves a vendor's model after the vendor, `anthropic/bedrock/…`; others put it before,
  // `vertex_ai/anthropic/…`.
  const nested = gatewayReadings(model).flatMap((inner): readonly ModelReading[] => {
    if (inner.provider === provider || hostProviders.has(inner.provider)) return [inner];
    return hostProviders.has(provider) && vendors.has(inner.provider) ? [{ provider, model: inner.model }] : [];
  });
  // A name such as `anthropic/claude-sonnet-4.5` is either the provider's own name with a prefix, or OpenRouter's name.
  return [{ provider, model }, ...nested, ...(name.includes("/") ? [{ provider: "openrouter", model: name }] : [])];
}

/**
 * Returns the possible readings of a model's name, most likely first. A name without a known gateway prefix is read unchanged.
 * @param name as recorded; case is ignored
 */
export function readModelName(name: string): readonly ModelReading[] {
  const model = name.trim().toLowerCase();
  const gateways = gatewayReadings(model);
  if (gateways.length > 0) return gateways;
  // Vertex writes the version of a model after an `@`.
  const vertex = model.includes("@") ? [{ provider: "google", model }] : [];
  return [...vertex, { provider: null, model }];
}

/** Whether a name is that of a free OpenRouter route. */
export const isFreeRoute = (name: string): boolean => /^(?:openrouter[/:])?[\w.-]+\/[\w.-]+:free$/i.test(name.trim());
