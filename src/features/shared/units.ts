/** Converts tenths to coins: a number with at most one decimal. */
export const coinsOf = (tenths: number): number => tenths / 10;

/** Formats ms since the epoch as ISO-8601 UTC. */
export const isoOf = (at: number): string => new Date(at).toISOString();
