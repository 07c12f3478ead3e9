/** By code unit, the order of names and rules in every answer. */
export const compareNames = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
