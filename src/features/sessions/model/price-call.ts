import { acceptsEstimate } from "../../evals/model/cost.ts";
import { amountMicros, maxMicros, picosToMicros } from "../../evals/model/money.ts";
import type { PriceTable } from "../../evals/model/price-table.ts";
import type { Call } from "./transcript.ts";

/**
 * Price of tokens that the provider caches for an hour, in multiples of the input price. Source: Anthropic's price list, prompt
 * caching.
 */
const hourInInputs = 2n;

/**
 * Returns the cost of a call in millionths of USD: as its transcript states it, else by the price list at the time of the call.
 * Undefined if it is unknown: a model without a price, counts that cannot be right, a mode with prices of its own.
 */
export function priceCall({ model, at, tokens, reportedUsd, hasOwnPrice }: Call, prices: PriceTable): number | undefined {
  if (reportedUsd !== undefined) return amountMicros(reportedUsd);
  const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = tokens;
  const mayBe = acceptsEstimate({
    model,
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: cacheRead,
    cache_creation_input_tokens: cacheWrite5m + cacheWrite1h,
  });
  const price = mayBe && !hasOwnPrice ? prices.priceOf(model, at) : undefined;
  if (price === undefined) return undefined;
  const picos =
    BigInt(input) * BigInt(price.input) +
    BigInt(output) * BigInt(price.output) +
    BigInt(cacheRead) * BigInt(price.cacheRead) +
    BigInt(cacheWrite5m) * BigInt(price.cacheCreation) +
    BigInt(cacheWrite1h) * BigInt(price.input) * hourInInputs;
  const micros = picosToMicros(picos);
  return micros > maxMicros ? undefined : micros;
}
