import { composedKey } from "../../../kernel/composed-key.ts";
import { amountMicros, maxMicros, microsToUsd, picosToMicros, usdToMicros } from "./money.ts";
import type { ModelPrice, PriceTable } from "./price-table.ts";
import type { CostEntry } from "./run.ts";
import { type ModelTier, modelTiers, type TierModels } from "./tier.ts";

/** Counts of tokens, non-negative safe integers. Cached input is counted separately from plain input. */
export type Tokens = Readonly<{ input: number; output: number; cacheRead: number; cacheCreation: number }>;

/**
 * Cost of one entry in micro-dollars. `exact`: the provider reported it; `priced` is false when the cost is unknown: the price
 * list has no price for it, or the stated values cannot be right. The amount is then 0, which is not the actual cost.
 */
export type PricedEntry = Readonly<{
  model: string;
  calls: number;
  tokens: Tokens;
  costMicros: number;
  exact: boolean;
  priced: boolean;
}>;

/** A priced entry of a run. Without an instant (ms since the epoch), the date of the price list applies. */
export type DatedEntry = PricedEntry & Readonly<{ at?: number }>;

/** The sum of all entries of one model. `exact` and `priced` hold only when they hold for every entry. */
export type ModelCost = PricedEntry;

/** A bill: models by cost, highest first. `complete` is false when some entry has no price, so that the total is too low. */
export type CostReport = Readonly<{
  entries: readonly ModelCost[];
  totalMicros: number;
  complete: boolean;
  /** Cost of the same tokens with each tier's model; null when that model has no price. */
  atTier: Readonly<Record<ModelTier, number | null>>;
}>;

/** Largest plausible number of tokens or calls in one entry; a larger one is an error of the producer. */
export const mostCounted = 1e12;

const isPlausible = (value: number | undefined): boolean => value === undefined || (value >= 0 && value <= mostCounted);

/** Converts a count for the sums to a non-negative safe integer. Absent and impossible counts become 0. */
const countOf = (value: number | undefined): number => (value === undefined || !isPlausible(value) ? 0 : Math.round(value));

const tokensOf = (entry: CostEntry): Tokens => ({
  input: countOf(entry.input_tokens),
  output: countOf(entry.output_tokens),
  cacheRead: countOf(entry.cache_read_input_tokens),
  cacheCreation: countOf(entry.cache_creation_input_tokens),
});

/** Tokens × price, exact. The products exceed 2^53 (two billion tokens at 75 USD per million), hence the big integers. */
function estimatePicos(tokens: Tokens, price: ModelPrice): bigint {
  const kinds = ["input", "output", "cacheRead", "cacheCreation"] as const;
  return kinds.reduce((sum, kind) => sum + BigInt(tokens[kind]) * BigInt(price[kind]), 0n);
}

/** The same, rounded half up to micro-dollars once for the whole entry. */
const estimateMicros = (tokens: Tokens, price: ModelPrice): number => picosToMicros(estimatePicos(tokens, price));

const listPriceTiers: ReadonlySet<unknown> = new Set([undefined, null, "standard", "default", "auto", "normal"]);

/**
 * Whether the cost of an entry can be derived from its tokens: its counts can be right, and its mode is the one that list prices
 * are for. Providers name other modes, such as batches or fast mode, in the fields `service_tier` and `speed`.
 */
const isEstimable = (entry: CostEntry): boolean =>
  [entry.input_tokens, entry.output_tokens, entry.cache_read_input_tokens, entry.cache_creation_input_tokens].every(
    isPlausible,
  ) && [entry["service_tier"], entry["speed"]].every((tier) => listPriceTiers.has(tier));

/**
 * Prices one entry: the reported amount if there is one, else an estimate from its tokens, including cached ones. Entries with an
 * unknown model or an amount that cannot be right stay unpriced.
 * @param at when the tokens were used, ms since the epoch
 */
export function priceEntry(entry: CostEntry, prices: PriceTable, at: number): PricedEntry {
  const tokens = tokensOf(entry);
  const base = { model: entry.model.normalize("NFC"), calls: countOf(entry.calls), tokens };
  const unpriced: PricedEntry = { ...base, costMicros: 0, exact: false, priced: false };
  if (entry.cost_usd !== undefined) {
    const costMicros = amountMicros(entry.cost_usd);
    return costMicros === undefined ? unpriced : { ...base, costMicros, exact: true, priced: true };
  }
  const price = isEstimable(entry) ? prices.priceOf(entry.model, at) : undefined;
  if (price === undefined) return unpriced;
  const costMicros = estimateMicros(tokens, price);
  return costMicros > maxMicros ? unpriced : { ...base, costMicros, exact: false, priced: true };
}

/** Whether a stored estimate for an entry may be used: the provider reported no cost, and it can be derived from the tokens. */
export const acceptsEstimate = (entry: CostEntry): boolean => entry.cost_usd === undefined && isEstimable(entry);

/** Adds the token counts of two entries. */
export const addTokens = (a: Tokens, b: Tokens): Tokens => ({
  input: a.input + b.input,
  output: a.output + b.output,
  cacheRead: a.cacheRead + b.cacheRead,
  cacheCreation: a.cacheCreation + b.cacheCreation,
});

const addModelCost = (a: ModelCost, b: PricedEntry): ModelCost => ({
  model: a.model,
  calls: a.calls + b.calls,
  tokens: addTokens(a.tokens, b.tokens),
  costMicros: a.costMicros + b.costMicros,
  exact: a.exact && b.exact,
  priced: a.priced && b.priced,
});

/** Cost descending, then model. */
const byCostDescending = (a: ModelCost, b: ModelCost): number => b.costMicros - a.costMicros || (a.model < b.model ? -1 : 1);

/** Tokens that were used at an instant, ms since the epoch. */
export type TokenUse = Readonly<{ tokens: Tokens; at: number }>;

/** Returns the cost of tokens with each tier's model at the time of use, rounded once; null when that model has no price. */
export function tierCosts(uses: readonly TokenUse[], prices: PriceTable, models: TierModels): CostReport["atTier"] {
  const atTier = (tier: ModelTier): number | null => {
    let picos = 0n;
    for (const { tokens, at } of uses) {
      const price = prices.priceOf(models[tier], at);
      if (price === undefined) return null;
      picos += estimatePicos(tokens, price);
    }
    return prices.priceOf(models[tier], dayOf(prices)) === undefined ? null : picosToMicros(picos);
  };
  const [fast, standard, full] = modelTiers;
  return { fast: atTier(fast), standard: atTier(standard), full: atTier(full) };
}

const dayOf = ({ date }: PriceTable): number => Date.parse(date);

/**
 * Returns the bill of priced entries, grouped by exact model name. Grouping by run first gives the same bill: amounts are
 * integers, and the cost with a tier's model is rounded once over all tokens.
 */
export function reportCosts(priced: readonly DatedEntry[], prices: PriceTable, models: TierModels): CostReport {
  const byModel = new Map<string, ModelCost>();
  for (const { at: _, ...entry } of priced) {
    const sum = byModel.get(entry.model);
    byModel.set(entry.model, sum === undefined ? entry : addModelCost(sum, entry));
  }
  const entries = [...byModel.values()].sort(byCostDescending);
  return {
    entries,
    totalMicros: entries.reduce((sum, entry) => sum + entry.costMicros, 0),
    complete: entries.every((entry) => entry.priced),
    atTier: tierCosts(
      priced.map(({ tokens, at }) => ({ tokens, at: at ?? dayOf(prices) })),
      prices,
      models,
    ),
  };
}

const addOptional = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);

function addEntries(a: CostEntry, b: CostEntry): CostEntry {
  const cacheRead = addOptional(a.cache_read_input_tokens, b.cache_read_input_tokens);
  const cacheCreation = addOptional(a.cache_creation_input_tokens, b.cache_creation_input_tokens);
  const cost = b.cost_usd === undefined ? undefined : microsToUsd(usdToMicros(a.cost_usd ?? 0) + usdToMicros(b.cost_usd));
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

const isSummable = (entry: CostEntry): boolean =>
  isEstimable(entry) && (entry.cost_usd === undefined || amountMicros(entry.cost_usd) !== undefined);

/**
 * Adds up cost entries per model, as a collector does over its tests. Entries with and without a reported cost stay separate, so
 * that a sum of only some calls is never taken for the whole cost. Entries that a sum would hide stay separate too: amounts that
 * cannot be right, and modes with their own prices.
 */
export function mergeCostEntries(entries: readonly CostEntry[]): readonly CostEntry[] {
  const sums = new Map<string, CostEntry>();
  const separate: CostEntry[] = [];
  for (const entry of entries) {
    if (!isSummable(entry)) {
      separate.push(entry);
      continue;
    }
    const key = composedKey(entry.cost_usd === undefined, entry.model);
    sums.set(key, addEntries(sums.get(key) ?? { model: entry.model }, entry));
  }
  return [...sums.values(), ...separate];
}
