/** Coins as a number with at most one decimal, from tenths. */
export const coinsOf = (tenths: number): number => tenths / 10;

/** ISO-8601 UTC of milliseconds since the epoch. */
export const isoOf = (at: number): string => new Date(at).toISOString();
