/** Strength of the model that an eval run may use. Not to be confused with the `tier` of a run (`e2e`, `llm-judge` …). */
export const modelTiers = ["fast", "standard", "full"] as const;
export type ModelTier = (typeof modelTiers)[number];

/** The model of each tier. */
export type TierModels = Readonly<Record<ModelTier, string>>;

export const defaultTierModels: TierModels = {
  fast: "claude-haiku-4-5",
  standard: "claude-sonnet-4-6",
  full: "claude-opus-4-6",
};

const tierOfWord: ReadonlyMap<string, ModelTier> = new Map([
  ["fast", "fast"],
  ["haiku", "fast"],
  ["standard", "standard"],
  ["sonnet", "standard"],
  ["full", "full"],
  ["opus", "full"],
]);

/** Returns the tier that a word names, ignoring case and surrounding white space; undefined when it names none. */
export const parseModelTier = (word: string): ModelTier | undefined => tierOfWord.get(word.trim().toLowerCase());

/** The places where a tier can be set. The option takes precedence over the environment variable; empty values count as unset. */
export type TierRequest = Readonly<{
  option?: string | undefined;
  /** `EVAL_TIER`. */
  tier?: string | undefined;
  /** `EVAL_JUDGE_TIER`. */
  judgeTier?: string | undefined;
}>;

/** The chosen tiers and their models. `warnings` lists values that name no tier. */
export type TierChoice = Readonly<{
  tier: ModelTier;
  judgeTier: ModelTier;
  model: string;
  judgeModel: string;
  warnings: readonly string[];
}>;

const knownTiers = "fast (haiku), standard (sonnet), full (opus)";

/**
 * Chooses the tiers of a run and of its judge. An unset or unknown tier is standard; an unset or unknown judge tier is the tier
 * of the run. An option that names no tier does not fall back to the variable: the user who gave the option did not mean the
 * variable.
 */
export function chooseTiers(request: TierRequest, models: TierModels = defaultTierModels): TierChoice {
  const warnings: string[] = [];
  const read = (name: string, value: string | undefined, fallback: ModelTier): ModelTier => {
    if (value === undefined || value.trim() === "") return fallback;
    const parsed = parseModelTier(value);
    if (parsed === undefined) warnings.push(`${name}: "${value}" is not a tier (${knownTiers}); ${fallback} is used`);
    return parsed ?? fallback;
  };
  const hasOption = request.option !== undefined && request.option.trim() !== "";
  const tier = hasOption ? read("tier", request.option, "standard") : read("EVAL_TIER", request.tier, "standard");
  const judgeTier = read("EVAL_JUDGE_TIER", request.judgeTier, tier);
  return { tier, judgeTier, model: models[tier], judgeModel: models[judgeTier], warnings };
}
