/**
 * Joins several parts into one key, for maps, trees, lists and caches. Different parts give different keys, whatever characters
 * they contain: names come from outside and may contain any separator.
 */
export const composedKey = (...parts: readonly (string | number | boolean | null)[]): string => JSON.stringify(parts);
