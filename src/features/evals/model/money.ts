/*
 * Money is stored as integers: micro-dollars (1e-6 USD) for amounts, pico-dollars (1e-12 USD) per token for prices. One USD per
 * million tokens is 1 000 000 pico-dollars per token, so that a price list with six decimals per million is exact.
 */

const microsPerUsd = 1_000_000;

const clampToSafe = (value: number): number => Math.min(Number.MAX_SAFE_INTEGER, Math.max(-Number.MAX_SAFE_INTEGER, value));

/** Moves the decimal point of a number, given as text, `places` to the right and rounds half up (towards +∞). */
function shiftHalfUp(text: string, places: number): number {
  const [mantissa = "0", exponent = "0"] = text.toLowerCase().split("e");
  const negative = mantissa.startsWith("-");
  const [whole = "0", fraction = ""] = mantissa.replace(/^[+-]/, "").split(".");
  const digits = whole + fraction;
  const point = whole.length + Number(exponent) + places;
  if (point < 0) return 0;
  const integer = Number(digits.slice(0, point).padEnd(point, "0"));
  const rest = digits.slice(point);
  // Half up means towards +∞, so a negative number grows in magnitude only beyond the half.
  const roundsUp = (negative ? /^(?:[6-9]|50*[1-9])/ : /^[5-9]/).test(rest);
  const rounded = integer + (roundsUp ? 1 : 0);
  return negative && rounded !== 0 ? -rounded : rounded;
}

/**
 * Converts USD, as written in files, to micro-dollars, rounded half up on the written decimal (1.0000005 → 1 000 001), not on its
 * binary approximation. Amounts are capped at the safe integers (nine billion dollars).
 */
export function usdToMicros(usd: number): number {
  const scaled = usd * microsPerUsd;
  if (!(Math.abs(scaled) < Number.MAX_SAFE_INTEGER)) return Number.isNaN(scaled) ? 0 : clampToSafe(scaled);
  const nearest = Math.round(scaled);
  // The relative error of the product is below 2^-52, far less than a quarter for amounts under 2^50: it matters only near a
  // half.
  if (Math.abs(scaled - nearest) < 0.25) return nearest + 0;
  return clampToSafe(shiftHalfUp(String(usd), 6));
}

/** Largest plausible amount for one run or call, in micro-dollars; a larger one is an error of the producer. */
export const maxMicros = 1_000_000 * microsPerUsd;

/**
 * Converts an amount that a file states to micro-dollars; undefined when it cannot be right: negative, not a number, or too
 * large.
 */
export function amountMicros(usd: number): number | undefined {
  const micros = usdToMicros(usd);
  return Number.isNaN(usd) || micros < 0 || micros > maxMicros ? undefined : micros;
}

/** Micro-dollars → USD, for output. */
export const microsToUsd = (micros: number): number => micros / microsPerUsd;

/** Formats an amount: `$1.23`, `-$0.50`; with four decimals below one cent, so that a small amount is not shown as zero. */
export const usdText = (usd: number): string =>
  `${usd < 0 ? "-" : ""}$${Math.abs(usd).toFixed(usd !== 0 && Math.abs(usd) < 0.01 ? 4 : 2)}`;

/** USD per million tokens, as price lists write it → pico-dollars per token. */
export const toPicosPerToken = (usd: number): number => usdToMicros(usd);

/**
 * Converts a sum of `tokens × pico-dollars` products to micro-dollars, rounded half up. The sum is exact; the result is capped at
 * the largest safe integer.
 */
export function picosToMicros(picos: bigint): number {
  const micros = (picos + 500_000n) / 1_000_000n;
  return micros > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(micros);
}
