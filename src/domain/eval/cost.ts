import { picosToMicros, usdToMicros } from "./money.ts";
import type { ModelPrice, PriceTable } from "./price.ts";
import type { CostEntry } from "./run.ts";
import { type ModelTier, modelTiers, type TierModels } from "./tier.ts";

/** Counts of tokens, non-negative safe integers. Cached input is counted apart from plain input. */
export type Tokens = Readonly<{ input: number; output: number; cacheRead: number; cacheCreation: number }>;

/**
 * What one cost entry came to, in micro-dollars. `exact`: the provider reported it; `priced` is false when it neither did nor
 * the price list knows the model, and the amount is then 0 and not the truth.
 */
export type PricedEntry = Readonly<{
  model: string;
  calls: number;
  tokens: Tokens;
  costMicros: number;
  exact: boolean;
  priced: boolean;
}>;

/** All entries of one model together. `exact` and `priced` hold only when they hold for every entry. */
export type ModelCost = PricedEntry;

/** A bill: models by cost, dearest first. `complete` is false when some entry has no price, so that the total is too small. */
export type CostReport = Readonly<{
  entries: readonly ModelCost[];
  totalMicros: number;
  complete: boolean;
  /** What the same tokens would cost with each tier's model; null when that model has no price. */
  atTier: Readonly<Record<ModelTier, number | null>>;
}>;

/** A count as the sums need it: a non-negative safe integer. Absent counts are 0. */
const countOf = (value: number | undefined): number =>
  value === undefined || !(value > 0) ? 0 : Math.min(Number.MAX_SAFE_INTEGER, Math.round(value));

const tokensOf = (entry: CostEntry): Tokens => ({
  input: countOf(entry.input_tokens),
  output: countOf(entry.output_tokens),
  cacheRead: countOf(entry.cache_read_input_tokens),
  cacheCreation: countOf(entry.cache_creation_input_tokens),
});

/**
 * Tokens × price, exactly, then rounded half up to micro-dollars once for the whole entry. The products pass 2^53 (two billion
 * tokens at 75 USD a million), hence the big integers.
 */
export function estimateMicros(tokens: Tokens, price: ModelPrice): number {
  const kinds = ["input", "output", "cacheRead", "cacheCreation"] as const;
  return picosToMicros(kinds.reduce((sum, kind) => sum + BigInt(tokens[kind]) * BigInt(price[kind]), 0n));
}

/**
 * What one entry cost: the reported amount where there is one, else an estimate from its tokens, cached ones included.
 * Unknown models are not priced.
 */
export function priceEntry(entry: CostEntry, prices: PriceTable): PricedEntry {
  const tokens = tokensOf(entry);
  const base = { model: entry.model, calls: countOf(entry.calls), tokens };
  if (entry.cost_usd !== undefined) return { ...base, costMicros: usdToMicros(entry.cost_usd), exact: true, priced: true };
  const price = prices.priceOf(entry.model);
  if (price === undefined) return { ...base, costMicros: 0, exact: false, priced: false };
  return { ...base, costMicros: estimateMicros(tokens, price), exact: false, priced: true };
}

const addTokens = (a: Tokens, b: Tokens): Tokens => ({
  input: a.input + b.input,
  output: a.output + b.output,
  cacheRead: a.cacheRead + b.cacheRead,
  cacheCreation: a.cacheCreation + b.cacheCreation,
});

const add = (a: ModelCost, b: PricedEntry): ModelCost => ({
  model: a.model,
  calls: a.calls + b.calls,
  tokens: addTokens(a.tokens, b.tokens),
  costMicros: a.costMicros + b.costMicros,
  exact: a.exact && b.exact,
  priced: a.priced && b.priced,
});

/** Cost descending, then model. */
const dearestFirst = (a: ModelCost, b: ModelCost): number => b.costMicros - a.costMicros || (a.model < b.model ? -1 : 1);

const noTokens: Tokens = { input: 0, output: 0, cacheRead: 0, cacheCreation: 0 };

/**
 * The bill of any number of priced entries, grouped by exact model name. Grouping first by run and then all together gives the
 * same bill: amounts are integers, and the what-if of a tier is one rounding over all tokens.
 */
export function reportCosts(priced: readonly PricedEntry[], prices: PriceTable, models: TierModels): CostReport {
  const byModel = new Map<string, ModelCost>();
  for (const entry of priced) {
    const sum = byModel.get(entry.model);
    byModel.set(entry.model, sum === undefined ? entry : add(sum, entry));
  }
  const entries = [...byModel.values()].sort(dearestFirst);
  const tokens = entries.reduce((sum, entry) => addTokens(sum, entry.tokens), noTokens);
  const atTier = (tier: ModelTier): number | null => {
    const price = prices.priceOf(models[tier]);
    return price === undefined ? null : estimateMicros(tokens, price);
  };
  const [fast, standard, full] = modelTiers;
  return {
    entries,
    totalMicros: entries.reduce((sum, entry) => sum + entry.costMicros, 0),
    complete: entries.every((entry) => entry.priced),
    atTier: { fast: atTier(fast), standard: atTier(standard), full: atTier(full) },
  };
}

const addOptional = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);

function addEntries(a: CostEntry, b: CostEntry): CostEntry {
  const cacheRead = addOptional(a.cache_read_input_tokens, b.cache_read_input_tokens);
  const cacheCreation = addOptional(a.cache_creation_input_tokens, b.cache_creation_input_tokens);
  const cost = b.cost_usd === undefined ? undefined : (usdToMicros(a.cost_usd ?? 0) + usdToMicros(b.cost_usd)) / 1_000_000;
  return {
    model: a.model,
    calls: (a.calls ?? 0) + (b.calls ?? 0),
    input_tokens: (a.input_tokens ?? 0) + (b.input_tokens ?? 0),
    output_tokens: (a.output_tokens ?? 0) + (b.output_tokens ?? 0),
    ...(cacheRead === undefined ? {} : { cache_read_input_tokens: cacheRead }),
    ...(cacheCreation === undefined ? {} : { cache_creation_input_tokens: cacheCreation }),
    ...(cost === undefined ? {} : { cost_usd: cost }),
  };
}

/**
 * Adds up cost entries per model, as a collector does over its tests. Entries with and without a reported cost stay apart, so
 * that a sum never passes for the whole truth when it covers a part of the calls.
 */
export function mergeCostEntries(entries: readonly CostEntry[]): readonly CostEntry[] {
  const sums = new Map<string, CostEntry>();
  for (const entry of entries) {
    const key = `${entry.cost_usd === undefined ? "estimated" : "exact"} ${entry.model}`;
    sums.set(key, addEntries(sums.get(key) ?? { model: entry.model }, entry));
  }
  return [...sums.values()];
}
