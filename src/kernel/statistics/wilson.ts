/** A share of successes with the bounds of its interval, all between 0 and 1. */
export type Proportion = Readonly<{ rate: number; low: number; high: number }>;

/** Two-sided 95 % quantile of the standard normal distribution. */
export const z95 = 1.959963984540054;

/**
 * The share of `successes` in `total` (at least 1) with its 95 % Wilson score interval.
 * Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
 */
export function wilson95(successes: number, total: number): Proportion {
  const rate = successes / total;
  const z2 = z95 * z95;
  const centre = rate + z2 / (2 * total);
  const margin = z95 * Math.sqrt((rate * (1 - rate)) / total + z2 / (4 * total * total));
  const scale = 1 + z2 / total;
  // At the ends the bound is exactly 0 or 1; rounding must not push it beyond.
  return {
    rate,
    low: successes === 0 ? 0 : Math.max(0, (centre - margin) / scale),
    high: successes === total ? 1 : Math.min(1, (centre + margin) / scale),
  };
}
