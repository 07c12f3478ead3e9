/** How strong a model an eval run may use. Not to be confused with the `tier` of a run (`e2e`, `llm-judge` …). */
export const modelTiers = ["fast", "standard", "full"] as const;
export type ModelTier = (typeof modelTiers)[number];

/** Which model stands for each tier. */
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

/** The tier a word names, trimmed and whatever its case; undefined when it names none. */
export const parseModelTier = (word: string): ModelTier | undefined => tierOfWord.get(word.trim().toLowerCase());

/** Where a tier may be asked for. An option goes before the variable; empty values count as unset. */
export type TierRequest = Readonly<{
  option?: string | undefined;
  /** `EVAL_TIER`. */
  tier?: string | undefined;
  /** `EVAL_JUDGE_TIER`. */
  judgeTier?: string | undefined;
}>;

/** The tiers in force and their models. Warnings name values that name no tier. */
export type TierChoice = Readonly<{
  tier: ModelTier;
  judgeTier: ModelTier;
  model: string;
  judgeModel: string;
  warnings: readonly string[];
}>;

const known = "fast (haiku), standard (sonnet), full (opus)";

/**
 * The tiers of a run and of its judge. An unset or unknown tier is standard; an unset or unknown judge tier is that of the run.
 * An option that names no tier does not give way to the variable: whoever wrote it did not mean the variable.
 */
export function chooseTiers(request: TierRequest, models: TierModels = defaultTierModels): TierChoice {
  const warnings: string[] = [];
  const read = (name: string, value: string | undefined, fallback: ModelTier): ModelTier => {
    if (value === undefined || value.trim() === "") return fallback;
    const parsed = parseModelTier(value);
    if (parsed === undefined) warnings.push(`${name}: "${value}" is not a tier (${known}); ${fallback} is used`);
    return parsed ?? fallback;
  };
  const asked = request.option !== undefined && request.option.trim() !== "";
  const tier = asked ? read("tier", request.option, "standard") : read("EVAL_TIER", request.tier, "standard");
  const judgeTier = read("EVAL_JUDGE_TIER", request.judgeTier, tier);
  return { tier, judgeTier, model: models[tier], judgeModel: models[judgeTier], warnings };
}
