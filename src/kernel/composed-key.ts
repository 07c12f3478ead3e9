/**
 * One text of several parts, for maps, trees, lists and caches. Other parts make another text, whatever characters they hold: names
 * come from outside, and any separator may be part of one.
 */
export const composedKey = (...parts: readonly (string | number | boolean | null)[]): string => JSON.stringify(parts);
