import { toPicosPerToken } from "./money.ts";

/** Prices of one model in pico-dollars per token; 3 USD per million tokens are 3 000 000. All are safe integers. */
export type ModelPrice = Readonly<{
  input: number;
  output: number;
  /** Input read from the provider's cache. */
  cacheRead: number;
  /** Input written to the provider's cache. */
  cacheCreation: number;
}>;

/** A price list: its source, its date, and its prices. */
export type PriceTable = Readonly<{
  source: string;
  /** `YYYY-MM-DD`. */
  date: string;
  /** Names of the lists that are used for models missing from this one; null when there are none. */
  fallback: string | null;
  /**
   * Returns the price of a model at an instant, ms since the epoch: prices change by day and some by hour. Undefined for a model
   * that the list does not have; prices are never guessed.
   */
  priceOf(model: string, at: number): ModelPrice | undefined;
}>;

/** Prices in USD per million tokens, as price lists state them. A missing cache price defaults to the price of plain input. */
export type ListedPrice = Readonly<{
  input: number;
  output: number;
  cacheRead?: number | undefined;
  cacheCreation?: number | undefined;
}>;

/**
 * Builds a table from a list. Prices are rounded to six decimals per million tokens.
 * @param date day of the list, `YYYY-MM-DD`
 * @param fallback used for models that this list does not have
 */
export function createPriceTable(
  source: string,
  date: string,
  list: Readonly<Record<string, ListedPrice>>,
  fallback?: PriceTable,
): PriceTable {
  const prices = new Map(
    Object.entries(list).map(([model, price]): [string, ModelPrice] => [
      model,
      {
        input: toPicosPerToken(price.input),
        output: toPicosPerToken(price.output),
        cacheRead: toPicosPerToken(price.cacheRead ?? price.input),
        cacheCreation: toPicosPerToken(price.cacheCreation ?? price.input),
      },
    ]),
  );
  return {
    source,
    date,
    fallback: fallback === undefined ? null : sourceNames(fallback),
    priceOf: (model, at) => prices.get(model) ?? fallback?.priceOf(model, at),
  };
}

/** Returns the name of a list followed by those of its fallbacks. */
export const sourceNames = ({ source, fallback }: Pick<PriceTable, "source" | "fallback">): string =>
  fallback === null ? source : `${source}, then ${fallback}`;

/** A list without models: only amounts that were reported or estimated before count. */
export const noPrices: PriceTable = { source: "none", date: "1970-01-01", fallback: null, priceOf: () => undefined };

const sonnet: ListedPrice = { input: 3, output: 15, cacheRead: 0.3, cacheCreation: 3.75 };
const haiku: ListedPrice = { input: 0.8, output: 4, cacheRead: 0.08, cacheCreation: 1 };
const opus: ListedPrice = { input: 15, output: 75, cacheRead: 1.5, cacheCreation: 18.75 };

/**
 * The prices of the documented examples, for the models of the three tiers and their predecessors.
 * Cache prices follow the provider's rule: reading costs a tenth of plain input, writing a quarter more than it.
 */
export const referencePrices: PriceTable = createPriceTable("reference prices", "2025-05-01", {
  "claude-opus-4-6": opus,
  "claude-sonnet-4-6": sonnet,
  "claude-haiku-4-5": haiku,
  "claude-3-5-sonnet-20241022": sonnet,
  "claude-3-5-haiku-20241022": haiku,
  "claude-3-opus-20240229": opus,
});
