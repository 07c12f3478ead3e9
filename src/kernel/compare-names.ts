/** Compares by code unit: the order of names and rules in every result. */
export const compareNames = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
