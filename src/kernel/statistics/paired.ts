import { z95 } from "./wilson.ts";

/** The difference of two shares of the same subjects with the bounds of its interval, all between -1 and 1. */
export type PairedDifference = Readonly<{ value: number; low: number; high: number }>;

const clamp = (value: number): number => Math.min(1, Math.max(-1, value));

/**
 * How much the share of successes changed among `total` subjects (at least 1) of which `gained` succeeded only after and `lost`
 * only before, with its 95 % interval: Wald with Laplace's adjustment, which also holds for few subjects and where nothing
 * changed. Source: D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a difference of binomial proportions
 * based on paired data", 2012.
 */
export function paired95(gained: number, lost: number, total: number): PairedDifference {
  const [up, down] = [(gained + 1) / (total + 2), (lost + 1) / (total + 2)];
  const centre = up - down;
  const margin = z95 * Math.sqrt((up + down - centre ** 2) / (total + 2));
  return { value: (gained - lost) / total, low: clamp(centre - margin), high: clamp(centre + margin) };
}
